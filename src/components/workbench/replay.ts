import type {CurvePoint} from "../evaluation/curveComparison.js";
import {modelMismatch, type Receipt} from "../exchange/receipt.js";
import type {Experiments} from "../experiment/client.js";
import type {ExperimentReport} from "../experiment/protocol.js";
import type {GivenModelFile, RunSource} from "../training/protocol.js";
import type {WantedBackend} from "../webgpu/wantedBackend.js";

/** How far a replay has come. */
export interface ReplayState {
  /** Updates done. */
  step: number;
  curve: readonly CurvePoint[];
  /** What computes it, for people; null until it has started. */
  adapter: string | null;
  /** Kernels compiled, of how many, before the first step. */
  compiling: {done: number; total: number} | null;
  /** null until two steps have been timed. */
  secondsLeft: number | null;
}

export interface Replay extends ReplayState {
  adapter: string;
  /** Whether it went as far as the receipt, and was not stopped. */
  isComplete: boolean;
  /** Why a run in mixed precision was computed in float32 here; null where it was not. */
  unmixed: string | null;
}

export interface ReplayPlace {
  /** The text to train on. */
  source: RunSource;
  backend: WantedBackend;
  /** The model that the reader has opened, for a run that began at one. */
  opened: GivenModelFile | null;
}

export interface ReplayHooks {
  onState?(state: ReplayState): void;
  /** A clock in milliseconds. */
  now(): number;
}

/**
 * Trains a receipt's run again in the experiments' worker, from its seed to its last step; nothing of it is stored. `source`
 * is the text. Rejects with a sentence where that is another text or `opened` another model than the run began at, a setting
 * is impossible here or training fails.
 */
export function replayRun(
  experiments: Pick<Experiments, "run">,
  receipt: Receipt,
  {source, backend, opened}: ReplayPlace,
  {onState = () => {}, now}: ReplayHooks
): Promise<Replay> {
  const {modelConfig, trainConfig, text, tuning, steps, begunFrom} = receipt;
  if (begunFrom && !opened)
    return Promise.reject(
      new RangeError(
        `${modelMismatch(begunFrom, null)} Open it above, under “A new run”, “Begin from”, and try again.`
      )
    );
  const begin = begunFrom && opened && {at: opened, as: begunFrom};
  const curve: CurvePoint[] = [];
  let state: ReplayState = {step: 0, curve, adapter: null, compiling: null, secondsLeft: null};
  let begun: {step: number; time: number} | null = null;

  function take(report: ExperimentReport): void {
    switch (report.type) {
      case "started":
        state = {...state, adapter: report.adapter};
        break;
      case "compiling":
        state = {...state, compiling: {done: report.done, total: report.total}};
        break;
      case "step": {
        const {step, loss} = report;
        addLoss(curve, {step, trainLoss: loss});
        begun ??= {step, time: now()};
        const perStep = step > begun.step ? (now() - begun.time) / 1000 / (step - begun.step) : null;
        state = {...state, step, compiling: null, secondsLeft: perStep && perStep * (steps - step)};
        break;
      }
      case "evaluated":
        addLoss(curve, {step: report.step, validationLoss: report.validationLoss});
        break;
      default:
        return;
    }
    onState(state);
  }

  return new Promise((resolve, reject) => {
    experiments.run(
      {
        corpus: {...source, tokenizer: text.tokenizer},
        model: modelConfig,
        train: trainConfig,
        backend,
        replay: {text, until: steps, ...(tuning && {tuning}), ...(begin && {begin})}
      },
      (report) => {
        if (report.type === "failed") return reject(new Error(report.message));
        if (report.type !== "ended") return take(report);
        const {adapter} = state;
        if (adapter !== null)
          resolve({
            ...state,
            adapter,
            secondsLeft: null,
            isComplete: report.isComplete,
            unmixed: report.unmixed ?? null
          });
      }
    );
  });
}

/** A step's two losses come one after the other. */
function addLoss(curve: CurvePoint[], loss: Pick<CurvePoint, "step"> & Partial<CurvePoint>): void {
  const last = curve.at(-1);
  if (last?.step === loss.step) Object.assign(last, loss);
  else curve.push({trainLoss: null, validationLoss: null, ...loss});
}
