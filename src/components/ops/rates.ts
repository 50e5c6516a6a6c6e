import * as tf from "@tensorflow/tfjs-core";
import {type RateSettings, ratesAt} from "./ratesAt.js";

export {type RateSettings, ratesAt};

/**
 * What optimisers' updates multiply by that changes from one step to the next: numbers, or scalars on the device for
 * a step that is captured and replayed. With t the update, counted from 1:
 */
export interface Rates<T extends number | tf.Tensor = number | tf.Tensor> {
  /** η. */
  learningRate: T;
  /** η / (1 − β₁ᵗ), by which Adam multiplies its first moment. */
  momentRate: T;
  /** 1 − β₂ᵗ, by which Adam divides its second moment. */
  squareCorrection: T;
  /** 1 − η·λ: what decoupled decay leaves of a parameter. */
  kept: T;
  /** t. */
  step: T;
}

/** Numbers in a tensor of rates; the last are not used. */
export const RATES = 8;
/** Their places in it. */
export const rateIndex = {
  learningRate: 0,
  momentRate: 1,
  squareCorrection: 2,
  kept: 3,
  step: 4
} as const satisfies Record<keyof Rates, number>;

/** The same as the `RATES` numbers of a tensor. */
export const updateRates = (step: number, settings: RateSettings): Float32Array =>
  toNumbers(ratesAt(step, settings));

/** Rates as a tensor [RATES], for kernels. */
export const toTensor = (rates: Rates<number>): tf.Tensor1D => tf.tensor1d(toNumbers(rates));

/** The rates of a tensor as scalars, for compositions of tfjs's ops. */
export function fromTensor(tensor: tf.Tensor): Rates<tf.Tensor> {
  const scalar = (index: number) => tf.reshape(tf.slice(tensor, [index], [1]), []);
  return {
    learningRate: scalar(rateIndex.learningRate),
    momentRate: scalar(rateIndex.momentRate),
    squareCorrection: scalar(rateIndex.squareCorrection),
    kept: scalar(rateIndex.kept),
    step: scalar(rateIndex.step)
  };
}

/** Whether these are numbers. */
export const areNumbers = (rates: Rates): rates is Rates<number> => typeof rates.step === "number";

function toNumbers(rates: Rates<number>): Float32Array {
  const numbers = new Float32Array(RATES);
  for (const [name, index] of Object.entries(rateIndex)) numbers[index] = rates[name as keyof Rates];
  return numbers;
}
