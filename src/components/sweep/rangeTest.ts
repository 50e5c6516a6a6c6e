import type {TrainConfig} from "../training/config.js";

/** A step of a range test: the rate that it was taken at, and the loss of its batch before it, nats a token. */
export interface RangePoint {
  rate: number;
  loss: number;
}

/** What a range test has found out so far. */
export interface RangeReading {
  /** The losses, smoothed over neighbouring rates. */
  smoothed: RangePoint[];
  /** Where the smoothed loss is least. */
  best: RangePoint;
  /** Where it falls fastest for each doubling of the rate; null where it never falls. */
  steepest: RangePoint | null;
  /** Where training breaks: the first rate beyond the best at which half of what was gained is lost again. */
  divergence: RangePoint | null;
  /**
   * The rate to try: the geometric mean of the steepest place and a tenth of the divergence, which are the two usual
   * advices and often far apart; the steepest place alone where no rate breaks the model; null where the test has not
   * gone far enough to show it.
   */
  suggestion: number | null;
}

/** The rates that a test of each optimiser passes through: from where nothing is learnt to where all of them break. */
export const testedRates: Record<TrainConfig["optimiser"], {from: number; to: number}> = {
  sgd: {from: 1e-3, to: 10},
  momentum: {from: 1e-4, to: 10},
  adam: {from: 1e-5, to: 10},
  adamW: {from: 1e-5, to: 10},
  muon: {from: 1e-5, to: 10}
};
/** The highest rate that a run may have. */
const HIGHEST = 10;
/** Enough for twenty or more to each power of ten. */
export const RANGE_STEPS = 120;
/** The fewest steps that a reading can be made of. */
export const LEAST_RANGE_STEPS = 20;

/** Standard deviation of the Gaussian that smooths a curve, in powers of ten of the rate. */
const SMOOTHING = 0.1;
/** A loss this many times its least shows nothing further: the test ends. */
const EXPLOSION = 2;
/** Rates are kept a power of ten away from where the test broke: a whole run meets steeper places. */
const MARGIN = 10;

/** The settings of a range test (Smith 2017): `steps` updates whose rate is multiplied up from `from` to `to`. */
export function rangeTestConfig(
  train: TrainConfig,
  {from, to, steps}: {from: number; to: number; steps: number}
): TrainConfig {
  if (!(from > 0 && from < to))
    throw new RangeError(
      `A range test from ${from} to ${to} goes nowhere: the first rate must be above 0 and less than the last.`
    );
  if (!(Number.isInteger(steps) && steps >= LEAST_RANGE_STEPS && steps <= 10_000))
    throw new RangeError(
      `The range test’s steps are ${steps}; they must be a whole number from ${LEAST_RANGE_STEPS} to 10000.`
    );
  return {
    ...train,
    schedule: "rangeTest",
    minLearningRate: from,
    learningRate: to,
    steps,
    overfitOneBatch: false,
    // Only the training loss is looked at.
    evalInterval: steps,
    evalBatches: 1,
    patience: 0,
    checkpointInterval: 0
  };
}

/** What a curve shows, its points in the order of their rates; null before the first. Points without a number end it. */
export function readRange(points: readonly RangePoint[]): RangeReading | null {
  const broken = points.findIndex(({loss}) => !Number.isFinite(loss));
  const known = broken < 0 ? points : points.slice(0, broken);
  if (known.length === 0) return null;
  const smoothed = smooth(known);
  const bestAt = smoothed.reduce((best, {loss}, i) => (loss < smoothed[best]!.loss ? i : best), 0);
  const best = smoothed[bestAt]!;
  const gained = smoothed[0]!.loss - best.loss;
  const tolerated = best.loss + gained / 2;
  const hasLearnt = gained > 0.02 * smoothed[0]!.loss;
  const divergence =
    smoothed.slice(bestAt).find(({loss}) => loss > tolerated) ?? (broken < 0 ? null : points[broken]!);
  const steepest = hasLearnt ? steepestOf(smoothed.slice(0, bestAt + 1)) : null;
  return {smoothed, best, steepest, divergence, suggestion: suggest(known, steepest, divergence)};
}

function suggest(
  points: readonly RangePoint[],
  steepest: RangePoint | null,
  divergence: RangePoint | null
): number | null {
  if (!steepest) return null;
  if (divergence) return roundRate(Math.sqrt(steepest.rate * (divergence.rate / MARGIN)));
  // Where even the highest rate breaks nothing, the steepest place is all there is to go by.
  return points.at(-1)!.rate > 0.99 * HIGHEST ? roundRate(steepest.rate) : null;
}

/** Whether the loss has risen so far that going on would show nothing more. */
export function hasExploded(points: readonly RangePoint[]): boolean {
  const reading = readRange(points);
  if (!reading) return points.length > 0;
  const {smoothed, best, divergence} = reading;
  return divergence !== null && !(smoothed.at(-1)!.loss <= EXPLOSION * best.loss);
}

/** Each loss with its neighbours by a Gaussian of the logarithm of the rate, so that no point is late. */
export function smooth(points: readonly RangePoint[]): RangePoint[] {
  const places = points.map(({rate}) => Math.log10(rate) / SMOOTHING);
  return points.map(({rate}, i) => {
    let sum = 0;
    let weights = 0;
    for (const [j, {loss}] of points.entries()) {
      const weight = Math.exp(-0.5 * (places[j]! - places[i]!) ** 2);
      sum += weight * loss;
      weights += weight;
    }
    return {rate, loss: sum / weights};
  });
}

/** The middle of the step between two points in which the loss falls most. */
function steepestOf(points: readonly RangePoint[]): RangePoint | null {
  let steepest: RangePoint | null = null;
  let least = 0;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1]!, points[i]!];
    const slope = (b.loss - a.loss) / Math.log(b.rate / a.rate);
    if (slope >= least) continue;
    least = slope;
    steepest = {rate: Math.sqrt(a.rate * b.rate), loss: (a.loss + b.loss) / 2};
  }
  return steepest;
}

/** Two significant figures: a range test knows no more. */
export const roundRate = (rate: number): number => Number(rate.toPrecision(2));

/** What a test has shown, in sentences. */
export function rangeInWords(points: readonly RangePoint[], {to}: {to: number}): string {
  const reading = readRange(points);
  if (!reading) return "No step has been taken yet.";
  const {best, steepest, divergence, suggestion} = reading;
  if (!steepest)
    return `Up to a rate of ${rateInWords(points.at(-1)!.rate)} the loss has not fallen: nothing is learnt yet${
      divergence ? ", and then it rises: begin at a lower rate" : ""
    }.`;
  const learnt = `The loss falls fastest at a rate of ${rateInWords(steepest.rate)} and is least at ${rateInWords(best.rate)}`;
  if (!divergence && suggestion !== null)
    return `${learnt}; even ${HIGHEST}, the highest rate there is, does not break it. Begin with ${rateInWords(suggestion)}.`;
  if (!divergence || suggestion === null)
    return `${learnt}; it has not broken up to ${rateInWords(points.at(-1)!.rate)}${
      points.at(-1)!.rate >= 0.99 * to ? ": let the test go on to a higher rate" : ""
    }.`;
  return `${learnt}; at ${rateInWords(divergence.rate)} half of what was gained is lost again. Between the steepest place and a tenth of that lies ${rateInWords(suggestion)}: begin with it.`;
}

/** A rate as people write it: 0.0031, 0.2. */
export const rateInWords = (rate: number): string => String(roundRate(rate));
