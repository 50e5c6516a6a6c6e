import type {ExperimentReport, ExperimentSettings} from "../../experiment/protocol.js";
import type {PositionKind} from "./positionKinds.js";

/** The part of `Experiments` that is used here. */
export interface Runner {
  run(settings: ExperimentSettings, onReport: (report: ExperimentReport) => void): void;
  stop(): void;
}

export interface ComparisonState {
  /** The kind in training; null while nothing runs. */
  current: PositionKind | null;
  /** Kinds that wait for their turn. */
  waiting: readonly PositionKind[];
  /** Updates of the one in training. */
  step: number;
  /** Validation losses measured so far. */
  curves: Partial<Record<PositionKind, [step: number, loss: number][]>>;
  /** What computes, once it has started. */
  engine: string | null;
  problem: string | null;
}

/** Trains models that differ in one setting one after another, and keeps their curves. */
export class LiveComparison {
  private state: ComparisonState = {
    current: null,
    waiting: [],
    step: 0,
    curves: {},
    engine: null,
    problem: null
  };

  constructor(
    private readonly runner: Runner,
    private readonly settingsOf: (kind: PositionKind) => ExperimentSettings,
    private readonly onChange: (state: ComparisonState) => void
  ) {}

  /** Begins anew with these kinds; the curves of others stay. */
  start(kinds: readonly PositionKind[]): void {
    const curves = {...this.state.curves};
    for (const kind of kinds) delete curves[kind];
    this.set({curves, waiting: kinds, problem: null});
    this.next();
  }

  /** Ends the run in progress and those that wait; what was measured stays. */
  stop(): void {
    this.set({current: null, waiting: [], step: 0});
    this.runner.stop();
  }

  /** Forgets all curves. */
  reset(): void {
    this.stop();
    this.set({curves: {}, problem: null});
  }

  private next(): void {
    const [kind, ...waiting] = this.state.waiting;
    this.set({current: kind ?? null, waiting, step: 0});
    if (kind) this.runner.run(this.settingsOf(kind), (report) => this.hear(kind, report));
  }

  private hear(kind: PositionKind, report: ExperimentReport): void {
    if (kind !== this.state.current) return;
    switch (report.type) {
      case "started":
        this.set({engine: report.adapter});
        break;
      case "step":
        this.set({step: report.step});
        break;
      case "evaluated": {
        const curve = [...(this.state.curves[kind] ?? [])];
        curve.push([report.step, report.validationLoss]);
        this.set({curves: {...this.state.curves, [kind]: curve}});
        break;
      }
      case "ended":
        this.next();
        break;
      case "failed":
        this.set({current: null, waiting: [], problem: report.message});
    }
  }

  private set(change: Partial<ComparisonState>): void {
    this.state = {...this.state, ...change};
    this.onChange(this.state);
  }
}
