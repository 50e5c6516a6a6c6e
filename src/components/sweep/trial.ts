import type {ExperimentReport} from "../experiment/protocol.js";
import {epochsAt} from "../training/epochs.js";
import type {GridPoint} from "./grid.js";

/** One run of a sweep, as far as it has come. */
export interface Trial extends GridPoint {
  status: "waiting" | "running" | "complete" | "diverged" | "failed";
  /** Updates done. */
  step: number;
  /** Mean loss of each step's batch before its update, nats a token. */
  losses: number[];
  /** Estimates of the validation loss. */
  validation: {step: number; loss: number}[];
  /** Passes over the training text; null until the text is known, or where all steps read one batch. */
  epochs: number | null;
  /** From the first step's beginning to the last measurement's end. */
  seconds: number;
  /** Of training alone; null until it is known. */
  tokensPerSecond: number | null;
  /** Why it failed. */
  message: string | null;
}

/** What a table says of a trial in numbers, nats a token; null where nothing has been measured. */
export interface TrialResult {
  /** Mean of the last steps' training losses. */
  trainLoss: number | null;
  /** The last estimate. */
  validationLoss: number | null;
  best: {step: number; loss: number} | null;
}

/** Steps whose losses make up the final training loss: one batch's is a poor estimate. */
const LAST_STEPS = 20;

export const waitingTrial = (point: GridPoint): Trial => ({
  ...point,
  status: "waiting",
  step: 0,
  losses: [],
  validation: [],
  epochs: null,
  seconds: 0,
  tokensPerSecond: null,
  message: null
});

export function resultOf({losses, validation}: Pick<Trial, "losses" | "validation">): TrialResult {
  const last = losses.slice(-LAST_STEPS);
  const best = validation.reduce<TrialResult["best"]>(
    (least, point) => (least && least.loss <= point.loss ? least : point),
    null
  );
  return {
    trainLoss: last.length > 0 ? mean(last) : null,
    validationLoss: validation.at(-1)?.loss ?? null,
    best
  };
}

/** Follows one trial by the reports of the worker that runs it; `now` is a clock in milliseconds. */
export class TrialMeter {
  private begun = 0;
  private last = 0;
  /** Whether the report before was a step too, so that what lies between them is training and nothing else. */
  private wasStep = false;
  private trained = {seconds: 0, steps: 0};
  private text: Extract<ExperimentReport, {type: "started"}>["text"] | null = null;

  constructor(
    private trial: Trial,
    private readonly now: () => number
  ) {}

  /** The trial after a report; the same object where it tells nothing new. */
  take(report: ExperimentReport): Trial {
    this.trial = this.next(report);
    return this.trial;
  }

  private next(report: ExperimentReport): Trial {
    const {trial} = this;
    const now = this.now();
    if (report.type === "started") {
      this.begun = this.last = now;
      this.text = report.text;
      return {...trial, status: "running"};
    }
    const {wasStep, last} = this;
    this.wasStep = report.type === "step";
    this.last = now;
    const timed = {...trial, seconds: this.begun === 0 ? 0 : (now - this.begun) / 1000};
    switch (report.type) {
      case "step":
        if (wasStep) {
          this.trained.seconds += (now - last) / 1000;
          this.trained.steps += 1;
        }
        timed.losses.push(report.loss); // too many to be copied at each step
        return {...timed, step: report.step, epochs: this.epochs(report.step), tokensPerSecond: this.speed()};
      case "evaluated": {
        const point = {step: report.step, loss: report.validationLoss};
        return {...timed, validation: [...trial.validation, point]};
      }
      case "ended":
        return report.isComplete ? {...timed, status: hasRisen(trial) ? "diverged" : "complete"} : trial;
      case "failed":
        return report.isDiverged
          ? {...timed, status: "diverged"}
          : {...timed, status: "failed", message: report.message};
      default:
        return trial;
    }
  }

  private epochs(step: number): number | null {
    const {text, trial} = this;
    const {model: modelConfig, train: trainConfig} = trial.settings;
    return text && epochsAt(step, {modelConfig, trainConfig, corpus: text});
  }

  private speed(): number | null {
    const {seconds, steps} = this.trained;
    const {train, model} = this.trial.settings;
    return steps > 0 && seconds > 0 ? (steps * train.batchSize * model.blockSize) / seconds : null;
  }
}

/** A loss that ends higher than it began has come to nothing, even where it stayed a number. */
function hasRisen({losses}: Trial): boolean {
  const {trainLoss} = resultOf({losses, validation: []});
  return losses.length > 1 && trainLoss !== null && trainLoss > losses[0]!;
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
