import type {Experiments} from "../experiment/client.js";
import type {RunSource} from "../training/protocol.js";
import type {WantedBackend} from "../webgpu/wantedBackend.js";
import type {SweptField, SweptSettings, SweptValue} from "./grid.js";

/** What the panels share: the settings form and the text beside them, and one worker for their experiments. */
export interface TrialDesk {
  /** What the form says; throws RangeError with a sentence when a value is impossible. */
  settings(): SweptSettings & {backend: WantedBackend};
  /** The text for such settings; throws RangeError with a sentence when none is chosen. */
  source(settings: SweptSettings): RunSource;
  /** Fills the form in. */
  use(values: Partial<Record<SweptField, SweptValue>>): void;
  experiments: Pick<Experiments, "run" | "stop" | "dispose">;
  /** Told when an experiment begins or ends: one runs at a time. */
  setBusy(isBusy: boolean): void;
}

/** A panel of the desk. */
export interface TrialPanel {
  node: HTMLElement;
  /** While another panel's experiment runs, this one's cannot begin. */
  block(isBlocked: boolean): void;
}
