import type {HistoryPoint} from "../training/snapshot.js";
import {curveStyle} from "./curveStyle.js";
import {formatCount, formatFixed, formatPlural} from "./format.js";

export interface LossData {
  history: readonly HistoryPoint[];
  /** ln V, nats: the loss of a blind guess among V tokens. */
  lnV: number;
  /** The loss that no model can beat, nats; null where the text's source is unknown. */
  floor: number | null;
  /** Steps of the whole run: the right end of the axis. */
  steps: number;
  /** Validation loss of counted bigrams, nats, to compare. */
  bigram?: number | null | undefined;
  /** What one token of this text is, for people: "character" unless told. */
  unit?: string | undefined;
  /** Validation losses of other runs to compare with, in the same unit. */
  others?: readonly OtherCurve[] | undefined;
}

/** The curve of another run; the style is that of its place in the list. */
export interface OtherCurve {
  name: string;
  points: readonly Point[];
}

export interface Point {
  step: number;
  loss: number;
}

/** The most points of the training curve; more are averaged in neighbouring steps. */
const MOST_POINTS = 400;

/** Averages runs of neighbouring points so that at most `limit` are left; points without a number go. */
export function averagePoints(history: readonly HistoryPoint[], limit = MOST_POINTS): Point[] {
  const points: Point[] = [];
  for (const {step, trainLoss} of history)
    if (trainLoss !== null && Number.isFinite(trainLoss)) points.push({step, loss: trainLoss});
  const run = Math.ceil(points.length / limit);
  if (run <= 1) return points;
  const averaged: Point[] = [];
  for (let i = 0; i < points.length; i += run) {
    const part = points.slice(i, i + run);
    averaged.push({
      step: part.reduce((sum, point) => sum + point.step, 0) / part.length,
      loss: part.reduce((sum, point) => sum + point.loss, 0) / part.length
    });
  }
  return averaged;
}

/** The measured validation losses; those without a number go. */
export function validationPoints(history: readonly HistoryPoint[]): Point[] {
  const points: Point[] = [];
  for (const {step, validationLoss} of history)
    if (validationLoss !== null && Number.isFinite(validationLoss)) points.push({step, loss: validationLoss});
  return points;
}

/** What one token is, in words. */
export const unitOf = ({unit = "character"}: LossData): string => unit;

/** The chart in a sentence or two. */
export function lossSummary(data: LossData): string {
  const {history, lnV, floor, steps} = data;
  const bounds = `A blind guess costs ${formatFixed(lnV, 2)} nats a ${unitOf(data)}${
    floor === null ? "" : `; no model can go below ${formatFixed(floor, 2)}`
  }.`;
  const train = averagePoints(history).at(-1);
  const last = history.at(-1);
  if (!last || !train) return `No step has been taken yet. ${bounds}${othersInWords(data)}`;
  const validation = validationPoints(history).at(-1);
  const measured = validation
    ? `, validation loss ${formatFixed(validation.loss, 3)} (measured at step ${formatCount(validation.step)})`
    : "";
  return `After ${formatCount(last.step)} of ${formatPlural(steps, "step")}: training loss ${formatFixed(train.loss, 3)}${measured}. ${bounds}${othersInWords(data)}`;
}

function othersInWords({others = []}: LossData): string {
  const losses = others.flatMap(({name, points}, i) => {
    const end = points.at(-1);
    return end
      ? [`${curveStyle(i).mark}, ${name}, ${formatFixed(end.loss, 3)} at step ${formatCount(end.step)}`]
      : [];
  });
  return losses.length === 0 ? "" : ` Validation losses of other runs: ${losses.join("; ")}.`;
}
