import {formatFixed} from "../../views/format.js";
import type {RecordedName} from "./comparison.js";
import {POSITION_KINDS, type PositionKind, positionKind} from "./positionKinds.js";

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

/** The kinds from the lowest recorded loss to the highest. */
export function ranking({runs}: PositionRecording, length: "short" | "long"): PositionKind[] {
  return POSITION_KINDS.map(({kind}) => kind).sort(
    (a, b) => finalLoss(runs[a][length].curve) - finalLoss(runs[b][length].curve)
  );
}

const finalLoss = (curve: readonly [number, number][]): number => curve.at(-1)![1];

/** "learned 1.15": each kind with its last recorded loss, best first. */
export function rankingInWords(recording: PositionRecording, length: "short" | "long"): string {
  return ranking(recording, length)
    .map(
      (kind) => `${positionKind(kind).name} ${formatFixed(finalLoss(recording.runs[kind][length].curve), 2)}`
    )
    .join(", ");
}

/** The losses of a model at the end of what it was trained on and at the end of what was measured; null where it cannot go. */
export function edgeAndEnd(
  {trainedLength, bucket, runs}: PositionRecording,
  kind: PositionKind
): {edge: number; end: number | null} {
  const {byPosition} = runs[kind];
  const inside = trainedLength / bucket;
  return {edge: byPosition[inside - 1]!, end: byPosition.length > inside ? byPosition.at(-1)! : null};
}
