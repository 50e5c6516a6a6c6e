import type {Prediction} from "../../book/predict.js";
import {formatFixed, formatPercent} from "../../views/format.js";
import {trainingFlops} from "./duration.js";
import {short} from "./scalingAxes.js";
import {computeOptimal, fitLaw, lawLoss, relativeError, type ScalingLaw} from "./scalingFit.js";
import {dearestOf, type ScalingRecord, type ScalingRun} from "./scalingRuns.js";

/** What the chapter shows of the recorded runs, and what was fitted to them. */
export interface ScaleChapter {
  record: ScalingRecord;
  /** Fitted to all runs. */
  law: ScalingLaw;
  /** Fitted without the dearest run. */
  withoutDearest: ScalingLaw;
  /** Nats a token: the floor that a fit finds which does not know it; zero is the least that it may choose. */
  guessedFloor: number;
}

/** Floors that are tried when none is known, from zero to the least loss. */
const FLOORS = 24;

export function scaleChapter(record: ScalingRecord): ScaleChapter {
  const {runs, floor} = record;
  const dearest = dearestOf(runs);
  const least = Math.min(...runs.map(({loss}) => loss));
  const guesses = Array.from({length: FLOORS}, (_, i) => fitLaw(runs, (least * i) / FLOORS));
  return {
    record,
    law: fitLaw(runs, floor),
    withoutDearest: fitLaw(
      runs.filter((run) => run !== dearest),
      floor
    ),
    guessedFloor: guesses.reduce((best, law) => (law.residual < best.residual ? law : best)).floor
  };
}

/** Of what the law expects above the floor: below this share of it the law has failed. */
const FAR_BELOW = 0.75;

/** What does the dearest run come to? Answers are the law of the others, no gain at all, and far below the law. */
export function dearestPrediction({record, withoutDearest}: ScaleChapter): Prediction {
  const {floor, runs} = record;
  const run = dearestOf(runs);
  const smaller = runs
    .filter(({tokens, parameters}) => tokens === run.tokens && parameters < run.parameters)
    .sort((a, b) => a.parameters - b.parameters);
  const before = smaller.at(-1)!;
  const expected = lawLoss(withoutDearest, run.parameters, run.tokens);
  const threshold = floor + FAR_BELOW * (expected - floor);
  const isNearerLaw = Math.abs(run.loss - expected) < Math.abs(run.loss - before.loss);
  const right = run.loss < threshold ? 2 : isNearerLaw ? 0 : 1;
  return {
    question: `After ${short(run.tokens)} tokens, models of ${smaller.map(({parameters}) => short(parameters)).join(", ")} parameters stand at ${smaller
      .map(({loss}) => formatFixed(loss, 2))
      .join(", ")} nats. Where does one of ${short(run.parameters)} parameters stand?`,
    choices: [
      `about ${formatFixed(expected, 2)}, where the lines of the others lead`,
      `about ${formatFixed(before.loss, 2)}, no better: too little text for its size`,
      `below ${formatFixed(threshold, 2)}, further down than the lines lead`
    ],
    right,
    because: `It stands at ${formatFixed(run.loss, 2)}. The law below, fitted to all other runs, says ${formatFixed(expected, 2)}: what is left above the floor is ${formatPercent(Math.abs(relativeError(withoutDearest, run)))} ${run.loss < expected ? "less" : "more"} than that. The figure above now shows it.${betterSplit(runs, run)}`
  };
}

/** That a budget can be split better than a run split it, where a cheaper one shows it. */
function betterSplit(runs: readonly ScalingRun[], run: ScalingRun): string {
  const best = computeOptimal(runs.filter(({flops, loss}) => flops < run.flops && loss < run.loss)).at(-1);
  return best
    ? ` It is not worth its cost: ${formatPercent(best.flops / run.flops)} of the computing brought ${runName(best)} to ${formatFixed(best.loss, 2)}.`
    : "";
}

const runName = ({parameters, tokens}: ScalingRun): string =>
  `${short(parameters)} parameters after ${short(tokens)} tokens`;

/** Numbers of the prose, in words. */
export function scaleWords({record, law, guessedFloor}: ScaleChapter) {
  const {runs, corpus} = record;
  const errors = runs.map((run) => ({run, error: relativeError(law, run)}));
  const overSix = runs.map((run) => run.flops / trainingFlops(run));
  const epochs = Math.max(...runs.map(({tokens}) => tokens)) / corpus.trainTokens;
  const [lowest, highest] = [Math.min, Math.max].map((extreme) => {
    const error = extreme(...errors.map((one) => one.error));
    return {
      share: formatPercent(Math.abs(error)),
      what: runName(errors.find((one) => one.error === error)!.run)
    };
  });
  return {
    law: `E = ${formatFixed(law.floor, 3)}, A = ${formatFixed(law.A, 0)}, α = ${formatFixed(law.alpha, 2)}, B = ${formatFixed(law.B, 0)}, β = ${formatFixed(law.beta, 2)}`,
    // As the two that follow: a share of what the law expects.
    residual: formatPercent(Math.sqrt(errors.reduce((sum, {error}) => sum + error ** 2, 0) / errors.length)),
    lowest: lowest!,
    highest: highest!,
    tenfold: {N: formatPercent(1 - 10 ** -law.alpha), D: formatPercent(1 - 10 ** -law.beta)},
    guessedFloor: guessedFloor === 0 ? "zero, the least that it may choose" : formatFixed(guessedFloor, 2),
    floor: formatFixed(law.floor, 3),
    /** Times that the longest run read the text. */
    epochs: formatFixed(epochs, 1),
    /** What the runs took, by the rule of six operations for each parameter and token. */
    overSix: {least: formatFixed(Math.min(...overSix), 1), most: formatFixed(Math.max(...overSix), 1)}
  };
}
