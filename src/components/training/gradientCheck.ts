import * as tf from "@tensorflow/tfjs-core";
import {type Batch, targetCount} from "../corpus/batches.js";
import type {LossOptions, TensorModel} from "../model/tensorModel.js";
import {assign} from "../ops/assign.js";
import {createRandom, type Random} from "../random.js";
import {DifferenceQuotient} from "./differenceQuotient.js";

export interface GradientCheckOptions {
  /** Whose gradient is checked, by name. */
  parameter: string;
  /** One element, counted in row-major order; absent: `count` of them at random. */
  index?: number;
  /** 10 when absent; a smaller parameter is checked whole. */
  count?: number;
  seed?: number;
  /** How far the parameter is moved at the most; absent: as far as its own scale. */
  step?: number;
  loss?: LossOptions;
  /** Stops the check after the row in progress; what was checked is returned. */
  signal?: AbortSignal;
  /** After each row, of how many; what it returns is waited for. */
  onRow?: (row: GradientCheckRow, done: number, total: number) => void | Promise<void>;
}

/** One derivative of the loss, found in two ways. */
export interface GradientCheckRow {
  /** The element that is moved; null where all are, along a vector of length 1: half gradient, half chance. */
  index: number | null;
  /** By the backward pass. */
  analytic: number;
  /** By differences of the loss. */
  numeric: number;
  /** How far the two may be apart by rounding and by the length of the step. */
  tolerance: number;
  /** |analytic − numeric| over the larger of the two; 0 where both are 0. */
  relativeError: number;
  agrees: boolean;
}

export interface GradientCheck {
  parameter: string;
  shape: number[];
  step: number;
  rows: GradientCheckRow[];
  /** Whether all rows agree. */
  agrees: boolean;
}

const COUNT = 10;
/** An element costs some ten forward passes. */
const MOST = 10_000;
/** The scale of one that is all zeros, as biases are at first: GPT-2's deviation of every weight. */
const LEAST_SCALE = 0.02;
/** Half the distance from 1 to the next float32. */
const ROUNDING = 2 ** -24;
/** A backward pass's own error, of the largest gradient: that of sums of some hundred terms. */
const GRADIENT_ROUNDING = 1e-5;

/**
 * Compares the backward pass with differences of the loss: for one parameter as a whole, moved along its gradient, where
 * the loss changes most, and at random, where what is missing from that gradient shows; and for single elements of it.
 * The loss is float32 place by place and summed in float64.
 *
 * Nothing else may change the parameters meanwhile; the one that is moved is put back bit for bit. Throws RangeError,
 * with a sentence that gives the limits, for an unknown parameter or index, an impossible count or step, and a model
 * without gradients.
 */
export async function gradientCheck(
  model: TensorModel,
  batch: Batch,
  options: GradientCheckOptions
): Promise<GradientCheck> {
  checkOptions(model, options);
  const {parameter, loss = {}, signal, onRow} = options;
  const variable = model.parameters[parameter]!;
  const gradient = await gradientOf(model, batch, parameter, loss);
  const values = Float32Array.from(await variable.data());
  const step = options.step ?? Math.max(LEAST_SCALE, norm(values) / Math.sqrt(values.length));
  /** The mean loss with the parameter moved, nats a token. */
  const lossAt = async (direction: Direction, distance: number): Promise<number> => {
    put(variable, moved(values, direction, distance));
    const losses = tf.tidy(() => model.placeLosses(batch, loss));
    const sum = ((await losses.data()) as Float32Array).reduce((a, b) => a + b, 0);
    losses.dispose();
    return sum / targetCount(batch);
  };
  const rows: GradientCheckRow[] = [];
  try {
    const start = await lossAt([], 0);
    const quotient = new DifferenceQuotient(start, (ROUNDING * start) / Math.sqrt(targetCount(batch)));
    const largest = gradient.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const checks = chooseChecks(gradient, options);
    for (const {index, direction, analytic} of checks) {
      if (signal?.aborted) break;
      const {derivative, error} = await quotient.of((distance) => lossAt(direction, distance), step / 2);
      rows.push(toRow(index, analytic, derivative, error + GRADIENT_ROUNDING * largest));
      await onRow?.(rows.at(-1)!, rows.length, checks.length);
    }
  } finally {
    put(variable, values);
  }
  const agrees = rows.every(({agrees}) => agrees);
  return {parameter, shape: variable.shape.slice(), step, rows, agrees};
}

function toRow(index: number | null, analytic: number, numeric: number, tolerance: number): GradientCheckRow {
  const difference = Math.abs(analytic - numeric);
  const relativeError = difference === 0 ? 0 : difference / Math.max(Math.abs(analytic), Math.abs(numeric));
  // Said so that what is not a number agrees with nothing.
  return {index, analytic, numeric, tolerance, relativeError, agrees: difference <= tolerance};
}

/** What is added to some elements of a parameter, for a distance of 1. */
type Direction = Iterable<readonly [element: number, share: number]>;

interface Check {
  index: number | null;
  direction: Direction;
  analytic: number;
}

/** The whole parameter first, then the elements that were asked for. */
function chooseChecks(
  gradient: Float32Array,
  {index, count = COUNT, seed = 1}: GradientCheckOptions
): Check[] {
  const random = createRandom(seed);
  const elements = index === undefined ? someElements(gradient.length, count, random) : [index];
  const toward = unit(gradient);
  const astray = unit(Float32Array.from(gradient, random.normal));
  const both = unit(toward.map((x, i) => x + astray[i]!));
  const slope = both.reduce((sum, x, i) => sum + x * gradient[i]!, 0);
  return [
    {index: null, direction: [...both.entries()], analytic: slope},
    ...elements.map((i) => ({index: i, direction: [[i, 1] as const], analytic: gradient[i]!}))
  ];
}

/** A vector of length 1 in the same direction; one of zeros stays. */
function unit(values: Float32Array): Float32Array {
  const length = norm(values);
  return values.map((x) => (length > 0 ? x / length : 0));
}

/** `count` different elements of `size`, in order. */
function someElements(size: number, count: number, random: Random): number[] {
  if (count >= size) return Array.from({length: size}, (_, i) => i);
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(random.integer(size));
  return [...chosen].sort((a, b) => a - b);
}

async function gradientOf(model: TensorModel, batch: Batch, parameter: string, loss: LossOptions) {
  const gradient = tf.tidy(() => model.gradients(batch, loss).gradients[parameter]!);
  const data = Float32Array.from(await gradient.data());
  gradient.dispose();
  return data;
}

function moved(values: Float32Array, direction: Direction, distance: number): Float32Array {
  const result = values.slice();
  for (const [element, share] of direction) result[element]! += distance * share;
  return result;
}

const put = (variable: tf.Variable, values: Float32Array): void =>
  tf.tidy(() => assign(variable, tf.tensor(values.slice(), variable.shape)));

const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));

function checkOptions(
  model: TensorModel,
  {parameter, index, count = COUNT, step}: GradientCheckOptions
): void {
  if (model.config.architecture === "bigram")
    throw new RangeError("A bigram counts pairs of tokens: it has no gradients to check.");
  const variable = Object.hasOwn(model.parameters, parameter) ? model.parameters[parameter] : undefined;
  if (!variable)
    throw new RangeError(
      `This model has no parameter named “${parameter}”; it has ${Object.keys(model.parameters).join(", ")}.`
    );
  if (index !== undefined && !(Number.isInteger(index) && index >= 0 && index < variable.size))
    throw new RangeError(
      `index is ${index}; ${parameter} has ${variable.size} elements, so it must be a whole number from 0 to ${variable.size - 1}.`
    );
  if (!(Number.isInteger(count) && count >= 1 && count <= MOST))
    throw new RangeError(`count is ${count}; it must be a whole number from 1 to ${MOST}.`);
  if (step !== undefined && !(step >= 1e-6 && step <= 10))
    throw new RangeError(`step is ${step}; it must be a number from 1e-6 to 10.`);
}
