import type {TrainConfig} from "../training/config.js";
import {learningRateAt} from "../training/schedule.js";
import {asFigure, type Figure} from "../views/figure.js";
import {formatPlural} from "../views/format.js";
import {type LineChartData, lineChart} from "../views/lineChart.js";

/** What decides the learning rate of each step. */
export type Scheduled = Pick<
  TrainConfig,
  "schedule" | "learningRate" | "minLearningRate" | "warmupSteps" | "steps"
>;

const HEIGHT = 190;
/** Points of the curve; a longer run is drawn through so many of its steps. */
const POINTS = 240;

/** The learning rate of every step of a run, before there is a run. */
export function scheduleChart(train: Scheduled): Figure<Scheduled> {
  const chart = lineChart(scheduleData(train), {height: HEIGHT});
  const {update} = chart;
  return asFigure(chart, (next) => update(scheduleData(next)));
}

/** The chart of a schedule: its curve, with the ends of the warm-up and of the run marked. */
export function scheduleData(train: Scheduled): LineChartData {
  const {steps} = train;
  const {unit, scale} = unitFor(train.learningRate);
  const rate = (step: number) => learningRateAt(step, train);
  const last = steps - 1;
  const peak = peakStep(train);
  const dot = (step: number, label: string) => ({
    x: step,
    y: rate(step) / scale,
    fill: "var(--query)",
    label
  });
  const first = rate(0) < rate(peak) ? [dot(0, "")] : [];
  const end = last > peak && rate(last) < rate(peak) ? [dot(last, inWords(rate(last)))] : [];
  const text = scheduleInWords(train);
  return {
    label: `Learning rate against step. ${text}`,
    x: {label: "step", min: 0, max: Math.max(1, steps)},
    y: {label: `learning rate${unit}`, min: 0, max: (1.15 * train.learningRate) / scale},
    lines: [
      {
        name: "learning rate",
        stroke: "var(--query)",
        points: drawnSteps(steps, peak).map((step) => [step, rate(step) / scale])
      }
    ],
    rules: peak > 0 ? [{x: peak, label: ""}] : [],
    dots: [...first, dot(peak, `peak ${inWords(rate(peak))}`), ...end],
    reading: text
  };
}

/** The course of the learning rate in a sentence or two. */
export function scheduleInWords(train: Scheduled): string {
  const {schedule, steps, warmupSteps} = train;
  const rate = (step: number) => inWords(learningRateAt(step, train));
  const last = steps - 1;
  const peak = peakStep(train);
  const toPeak =
    peak === 0
      ? `Begins at its peak, ${rate(0)}`
      : `Rises from ${rate(0)} to its peak, ${rate(peak)}, over ${formatPlural(peak, "step")} of warm-up`;
  if (warmupSteps >= steps && schedule !== "oneCycle")
    return `Rises from ${rate(0)} to ${rate(last)}: the warm-up of ${formatPlural(warmupSteps, "step")} is as long as the run, so the peak is never reached.`;
  if (schedule === "constant") return `${toPeak}, and stays there to the last step.`;
  const way = {
    linear: "falls along a straight line",
    cosine: "falls along half a cosine",
    oneCycle: "falls along half a cosine",
    inverseSquareRoot: "falls as one over the root of the step",
    rangeTest: "rises by the same factor each step"
  }[schedule];
  return `${toPeak}, then ${way} to ${rate(last)} at the last step.`;
}

/** The step at which the rate is highest for the first time. */
function peakStep({schedule, warmupSteps, steps}: Scheduled): number {
  if (schedule === "rangeTest") return steps - 1;
  const turn = schedule === "oneCycle" ? Math.max(1, warmupSteps) : warmupSteps;
  return Math.min(turn, steps - 1);
}

/** The steps to draw: enough for a smooth curve, both sides of the peak among them. */
function drawnSteps(steps: number, peak: number): number[] {
  const stride = Math.max(1, Math.ceil(steps / POINTS));
  const drawn = new Set([peak, steps - 1]);
  for (let step = 0; step < steps; step += stride) drawn.add(step);
  return [...drawn].sort((a, b) => a - b);
}

/** Thousandths or millionths, so that the axis has short numbers. */
function unitFor(rate: number): {unit: string; scale: number} {
  if (rate >= 0.02) return {unit: "", scale: 1};
  return rate >= 2e-5 ? {unit: " × 1,000", scale: 1e-3} : {unit: " × 1,000,000", scale: 1e-6};
}

/** Three significant figures, without a power of ten while there are few zeros. */
const inWords = (rate: number): string => String(Number(rate.toPrecision(3)));
