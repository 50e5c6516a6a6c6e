import {Experiments} from "../../experiment/client.js";
import type {ExperimentReport} from "../../experiment/protocol.js";
import type {CorpusSource} from "../../training/protocol.js";
import {type Bench, benchSettings, type Combination} from "./bench.js";
import {emptyRun, type GradientRun, record} from "./gradientRun.js";

export type LiveState =
  | {type: "idle"}
  /** `done` of `total` steps, over all runs of the queue; `step` of them in this one. */
  | {type: "running"; run: GradientRun; done: number; total: number; secondsLeft: number | null}
  | {type: "failed"; message: string};

/** Trains combinations one after another in the experiments' worker, and tells of each as it grows. */
export class LiveRuns {
  private queue: {combination: Combination; bench: Bench}[] = [];
  private run: GradientRun | null = null;
  private total = 0;
  private done = 0;
  private begun = 0;
  private isFirst = true;

  constructor(
    private readonly corpus: CorpusSource,
    private readonly onRun: (run: GradientRun) => void,
    private readonly onState: (state: LiveState) => void,
    private readonly experiments: Pick<Experiments, "run" | "stop" | "dispose"> = new Experiments(),
    private readonly now: () => number = () => performance.now()
  ) {}

  start(combinations: readonly Combination[], bench: Bench): void {
    this.queue = combinations.map((combination) => ({combination, bench}));
    this.total = combinations.length * bench.steps;
    this.done = 0;
    this.isFirst = true;
    this.next();
  }

  /** Ends what is running; what was measured so far stays. */
  stop(): void {
    this.queue = [];
    this.run = null;
    this.experiments.stop();
    this.onState({type: "idle"});
  }

  dispose(): void {
    this.queue = [];
    this.experiments.dispose();
  }

  private next(): void {
    const task = this.queue.shift();
    if (!task) {
      this.run = null;
      this.onState({type: "idle"});
      return;
    }
    this.run = emptyRun(task.combination, task.bench, true);
    this.tell();
    this.experiments.run(benchSettings(task.combination, task.bench, this.corpus), (report) =>
      this.take(report)
    );
  }

  private take(report: ExperimentReport): void {
    if (!this.run) return;
    const before = this.run;
    this.run = record(before, report);
    if (report.type === "started" && this.isFirst) {
      this.begun = this.now();
      this.isFirst = false;
    }
    if (report.type === "step") this.done += 1;
    if (this.run !== before) this.onRun(this.run);
    if (report.type === "failed") {
      this.queue = [];
      this.run = null;
      this.onState({type: "failed", message: report.message});
    } else if (report.type === "ended") this.next();
    else this.tell();
  }

  private tell(): void {
    if (!this.run) return;
    const {done, total} = this;
    const perStep = done > 2 ? (this.now() - this.begun) / done / 1000 : null;
    const secondsLeft = perStep === null ? null : perStep * (total - done);
    this.onState({type: "running", run: this.run, done, total, secondsLeft});
  }
}
