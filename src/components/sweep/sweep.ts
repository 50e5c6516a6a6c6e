import type {Experiments} from "../experiment/client.js";
import type {ExperimentReport, ExperimentSettings} from "../experiment/protocol.js";
import type {RunSource} from "../training/protocol.js";
import type {GridPoint, Variation} from "./grid.js";
import {type Trial, TrialMeter, waitingTrial} from "./trial.js";

/** A sweep as it is shown and stored. */
export interface SweepRecord {
  version: 1;
  variations: readonly Variation[];
  /** Its text, once known: a sweep goes on with the same only. */
  text: {name: string; sha256: string} | null;
  /** What computed it, for people. */
  adapter: string | null;
  trials: Trial[];
}

export interface SweepState {
  sweep: SweepRecord;
  isRunning: boolean;
  /** Steps done and to do, over all trials. */
  done: number;
  total: number;
  secondsLeft: number | null;
  /** Why it stopped, where it did not by itself. */
  problem: string | null;
}

export interface SweepPlace {
  experiments: Pick<Experiments, "run" | "stop" | "dispose">;
  /** A clock in milliseconds. */
  now(): number;
  onState(state: SweepState): void;
  /** After each trial, and when it stops. */
  save?(sweep: SweepRecord): void;
}

export const newSweep = (variations: readonly Variation[], points: readonly GridPoint[]): SweepRecord => ({
  version: 1,
  variations,
  text: null,
  adapter: null,
  trials: points.map(waitingTrial)
});

/** Whether a trial has nothing left to do. */
export const isOver = ({status}: Trial): boolean => status !== "waiting" && status !== "running";

/**
 * Runs the trials of a sweep one after another in the experiments' worker. A trial that diverges or cannot be run is a
 * row of the table like any other, and the next begins; one that is stopped begins again when the sweep goes on.
 */
export class Sweep {
  private isRunning = false;
  private problem: string | null = null;
  /** Counts starts, so that reports of a stopped trial are not taken for the next one's. */
  private turn = 0;
  private begun = 0;
  private stepsBefore = 0;

  constructor(
    private sweep: SweepRecord,
    private readonly source: Pick<ExperimentSettings, "backend"> & {corpus: RunSource},
    private readonly place: SweepPlace
  ) {}

  /** Begins, or goes on after `stop`. */
  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.problem = null;
    this.begun = 0;
    this.next();
  }

  /** Ends the trial in hand, which will begin anew; all others keep what they have. */
  stop(): void {
    if (!this.isRunning) return;
    this.place.experiments.stop();
    this.end(null);
  }

  dispose(): void {
    this.turn += 1;
    this.isRunning = false;
    this.place.experiments.dispose();
  }

  state(): SweepState {
    const {sweep, isRunning, problem} = this;
    const done = stepsDone(sweep);
    // A trial that ends early leaves steps undone that no longer count.
    const total = sweep.trials.reduce(
      (sum, trial) => sum + (isOver(trial) ? trial.step : trial.settings.train.steps),
      0
    );
    const taken = done - this.stepsBefore;
    const elapsed = (this.place.now() - this.begun) / 1000;
    const secondsLeft = isRunning && this.begun > 0 && taken > 2 ? (elapsed / taken) * (total - done) : null;
    return {sweep, isRunning, problem, done, total, secondsLeft};
  }

  private next(): void {
    const at = this.sweep.trials.findIndex((trial) => !isOver(trial));
    if (at < 0) {
      this.end(null);
      return;
    }
    this.turn += 1;
    const {turn} = this;
    const point = this.sweep.trials[at]!;
    const trial: Trial = {...waitingTrial(point), status: "running"};
    const meter = new TrialMeter(trial, this.place.now);
    this.put(at, trial);
    this.tell();
    this.place.experiments.run({...point.settings, ...this.source}, (report) => {
      if (turn === this.turn && this.isRunning) this.take(at, meter, report);
    });
  }

  private take(at: number, meter: TrialMeter, report: ExperimentReport): void {
    if (report.type === "started" && !this.isSameText(report)) return;
    this.put(at, meter.take(report));
    if (isOver(this.sweep.trials[at]!)) {
      this.place.save?.(this.sweep);
      this.next();
    } else this.tell();
  }

  /** Whether a trial's text is that of those before it; the first decides. */
  private isSameText({text: {name, sha256}, adapter}: Extract<ExperimentReport, {type: "started"}>): boolean {
    const {text} = this.sweep;
    if (text && text.sha256 !== sha256) {
      this.place.experiments.stop();
      this.end(
        `This sweep was begun on “${text.name}”, and the text chosen now is another, “${name}”: choose the same text to go on, or begin a new sweep.`
      );
      return false;
    }
    this.sweep = {...this.sweep, text: {name, sha256}, adapter};
    if (this.begun === 0) {
      this.begun = this.place.now();
      this.stepsBefore = stepsDone(this.sweep);
    }
    return true;
  }

  private end(problem: string | null): void {
    this.turn += 1;
    this.isRunning = false;
    this.problem = problem;
    const trials = this.sweep.trials.map((trial) => (isOver(trial) ? trial : waitingTrial(trial)));
    this.sweep = {...this.sweep, trials};
    this.place.save?.(this.sweep);
    this.tell();
  }

  private put(at: number, trial: Trial): void {
    this.sweep = {...this.sweep, trials: this.sweep.trials.with(at, trial)};
  }

  private tell(): void {
    this.place.onState(this.state());
  }
}

const stepsDone = ({trials}: SweepRecord): number => trials.reduce((sum, {step}) => sum + step, 0);
