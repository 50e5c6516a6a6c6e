import type {Prediction} from "../../book/predict.js";
import {formatFixed, formatPercent} from "../../views/format.js";
import {short} from "./scalingAxes.js";
import {fitLaw, lawLoss, relativeError, type ScalingLaw} from "./scalingFit.js";
import {dearestOf, type ScalingRecord} from "./scalingRuns.js";

/** What the chapter shows of the recorded runs, and what was fitted to them. */
export interface ScaleChapter {
  record: ScalingRecord;
  /** Fitted to all runs. */
  law: ScalingLaw;
  /** Fitted without the dearest run. */
  withoutDearest: ScalingLaw;
  /** The floor that a fit finds which does not know it. */
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

/** What does the dearest run come to? Answers are the law of the others, no gain at all, and the floor. */
export function dearestPrediction({record, withoutDearest}: ScaleChapter): Prediction {
  const {floor, runs} = record;
  const run = dearestOf(runs);
  const smaller = runs
    .filter(({tokens, parameters}) => tokens === run.tokens && parameters < run.parameters)
    .sort((a, b) => a.parameters - b.parameters);
  const before = smaller.at(-1)!;
  const expected = lawLoss(withoutDearest, run.parameters, run.tokens);
  const answers = [
    {loss: expected, text: "where the lines of the others lead"},
    {loss: before.loss, text: "no better: this text has no more to learn from"},
    {loss: floor, text: "the floor: so many numbers can hold all of it"}
  ];
  const distance = ({loss}: {loss: number}) => Math.abs(loss - run.loss);
  const right = answers.reduce(
    (best, answer, i) => (distance(answer) < distance(answers[best]!) ? i : best),
    0
  );
  return {
    question: `After ${short(run.tokens)} tokens, models of ${smaller.map(({parameters}) => short(parameters)).join(", ")} parameters stand at ${smaller
      .map(({loss}) => formatFixed(loss, 2))
      .join(", ")} nats. Where does one of ${short(run.parameters)} parameters stand?`,
    choices: answers.map(({loss, text}) => `about ${formatFixed(loss, 2)}, ${text}`),
    right,
    because: `It stands at ${formatFixed(run.loss, 3)}. The law below, fitted to all other runs, says ${formatFixed(expected, 3)}: of what is above the floor it is wrong by ${formatPercent(Math.abs(relativeError(withoutDearest, run)))}. The figure above now shows it.`
  };
}

/** Numbers of the prose, in words. */
export function scaleWords({record, law, guessedFloor}: ScaleChapter) {
  const errors = record.runs.map((run) => ({run, error: relativeError(law, run)}));
  const worst = errors.reduce((a, b) => (Math.abs(b.error) > Math.abs(a.error) ? b : a));
  const side = worst.error > 0 ? "above" : "below";
  const {parameters, tokens} = worst.run;
  return {
    law: `E = ${formatFixed(law.floor, 3)}, A = ${formatFixed(law.A, 1)}, α = ${formatFixed(law.alpha, 2)}, B = ${formatFixed(law.B, 1)}, β = ${formatFixed(law.beta, 2)}`,
    residual: formatPercent(law.residual),
    worst: `${short(parameters)} parameters after ${short(tokens)} tokens, which lies ${formatPercent(Math.abs(worst.error))} ${side} it`,
    tenfold: {N: formatPercent(1 - 10 ** -law.alpha), D: formatPercent(1 - 10 ** -law.beta)},
    guessedFloor: formatFixed(guessedFloor, 2),
    floor: formatFixed(law.floor, 3)
  };
}
