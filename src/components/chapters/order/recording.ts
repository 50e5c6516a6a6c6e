import type {RecordedName} from "./comparison.js";

/** A recorded training. */
export interface RecordedTraining {
  /** Seconds that it took. */
  seconds: number;
  /** Validation losses: step, nats a token. */
  curve: [step: number, loss: number][];
}

/** One model of the recording. */
export interface RecordedRun {
  /** How many numbers it learns. */
  parameters: number;
  /** As a reader's own run is trained. */
  short: RecordedTraining;
  /** Longer; its ONNX file and `byPosition` are of this one. */
  long: RecordedTraining;
  /** Loss by place in the window, nats a token, in runs of `bucket` places from 0; ends where the model does. */
  byPosition: number[];
}

/** What src/cli/recordPositions.ts wrote. */
export interface PositionRecording {
  version: 1;
  corpus: string;
  engine: string;
  /** The loss that no model can beat, where it is known. */
  floor: number | null;
  lnV: number;
  shortSteps: number;
  longSteps: number;
  seed: number;
  batchSize: number;
  trainedLength: number;
  bucket: number;
  windows: number;
  runs: Record<RecordedName, RecordedRun>;
}
