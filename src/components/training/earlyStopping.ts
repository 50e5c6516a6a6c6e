import type {HistoryPoint, RunSummary} from "./snapshot.js";

/** The best validation loss so far, where it was measured, and how many estimates have come since. */
export interface BestLoss {
  step: number;
  validationLoss: number;
  estimatesSince: number;
}

/** Null where nothing has been measured yet. */
export function bestLoss(history: readonly HistoryPoint[]): BestLoss | null {
  let best: BestLoss | null = null;
  for (const {step, validationLoss} of history) {
    if (validationLoss === null) continue;
    if (!best || validationLoss < best.validationLoss) best = {step, validationLoss, estimatesSince: 0};
    else best.estimatesSince += 1;
  }
  return best;
}

/**
 * Whether `patience` estimates in a row have failed to better the best validation loss (Prechelt 1998); never where
 * patience is 0.
 */
export function stopsEarly(history: readonly HistoryPoint[], patience: number): boolean {
  return patience > 0 && (bestLoss(history)?.estimatesSince ?? 0) >= patience;
}

/** How far a run has come, and when it is to end. */
type Progress = Pick<RunSummary, "step" | "history"> & {
  trainConfig: Pick<RunSummary["trainConfig"], "steps" | "patience">;
};

/** Whether a run ended before its last step, because its validation loss had stopped falling. */
export const hasStoppedEarly = ({step, history, trainConfig: {steps, patience}}: Progress): boolean =>
  step < steps && stopsEarly(history, patience);

/** Whether there is nothing left to do in a run: its last step is done, or it has stopped early. */
export const isComplete = (run: Progress): boolean =>
  run.step >= run.trainConfig.steps || hasStoppedEarly(run);
