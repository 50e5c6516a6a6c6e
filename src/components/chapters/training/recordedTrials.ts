import {formatFixed} from "../../views/format.js";
import type {FittingName} from "./trials.js";

/** What came of a trial. */
export interface TrialResult {
  /** Held-out losses: step, nats a token. */
  curve: [step: number, loss: number][];
  /** Whether its loss left the numbers, so that it ended early. */
  isDiverged: boolean;
  /** Mean training losses of so many neighbouring steps. */
  losses?: {group: number; values: number[]};
  /** Norms of the gradient before clipping, one a step. */
  norms?: number[];
}

/** src/data/training-runs.json, which src/cli/recordTraining.ts writes: runs that are too long for a build. */
export interface TrialRecording {
  version: 1;
  /** The text that all were trained on; its floor is that of the held-out part, nats a token. */
  corpus: {name: string; sha256: string; floor: number | null; vocabSize: number};
  engine: string;
  seconds: number;
  /** By optimiser and rate, in the order of `OPTIMISERS` and `RATES`. */
  optimisers: TrialResult[][];
  /** By rate and schedule. */
  schedules: TrialResult[][];
  /** By rate and limit. */
  clipping: TrialResult[][];
  /** By size and rate, in the order of `BATCH_SIZES` and `BATCH_RATES`. */
  batches: TrialResult[][];
  fitting: Record<FittingName, TrialResult>;
  oneBatch: TrialResult;
}

/** Its last held-out loss, nats a token; infinite where it left the numbers. */
export const endOf = ({curve, isDiverged}: TrialResult): number =>
  isDiverged ? Number.POSITIVE_INFINITY : (curve.at(-1)?.[1] ?? Number.NaN);

/** A loss far above a blind guess: the run broke, whether or not it left the numbers. Nats a token. */
export const hasBroken = (loss: number): boolean => loss > 10;

/** A last loss, or what became of the run. */
export const lossWords = (loss: number): string => (hasBroken(loss) ? "broke" : formatFixed(loss, 2));

/** The place of the result with the lowest last loss. */
export function bestOf(results: readonly TrialResult[]): number {
  const ends = results.map(endOf);
  return ends.indexOf(Math.min(...ends));
}

/** Where the held-out loss was lowest: what early stopping goes back to. */
export function lowestOf({curve}: TrialResult): {step: number; loss: number} {
  const [step, loss] = curve.reduce((best, point) => (point[1] < best[1] ? point : best));
  return {step, loss};
}
