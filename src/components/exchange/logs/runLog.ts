import {epochsAt} from "../../training/epochs.js";
import {learningRateAt} from "../../training/schedule.js";
import type {HistoryPoint, RunSummary} from "../../training/snapshot.js";
import {isTrainFieldRead} from "../../training/trainDifference.js";

/** What a log is made from. */
export type LoggedRun = Pick<RunSummary, "runId" | "modelConfig" | "trainConfig" | "corpus" | "history">;

/** What is known of one step; null where something was not measured or means nothing. */
export interface LogRow {
  /** Updates done. */
  step: number;
  /** Tokens read over tokens of the training text. */
  epoch: number | null;
  /** Losses in nats a token. */
  trainLoss: number | null;
  validationLoss: number | null;
  /** Of the update that led to this step. */
  learningRate: number | null;
  /** Before clipping. */
  gradientNorm: number | null;
  /** Seconds of training, pauses not counted. */
  seconds: number | null;
}

/** The curve of a run with everything that goes with it, one row a step. */
export function logRows(run: LoggedRun): LogRow[] {
  const {history, modelConfig, trainConfig} = run;
  const descends = isTrainFieldRead("learningRate", modelConfig.architecture, trainConfig);
  return history.map(({step, trainLoss, validationLoss, gradientNorm, seconds}: HistoryPoint) => ({
    step,
    epoch: epochsAt(step, run),
    trainLoss,
    validationLoss,
    learningRate: descends && step > 0 ? learningRateAt(step - 1, trainConfig) : null,
    gradientNorm: descends ? (gradientNorm ?? null) : null,
    seconds: seconds ?? null
  }));
}
