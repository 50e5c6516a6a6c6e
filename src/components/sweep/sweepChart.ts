import {curveStyle} from "../views/curveStyle.js";
import {formatFixed, formatPlural} from "../views/format.js";
import type {LineChartData} from "../views/lineChart.js";
import {ranked} from "./order.js";
import type {SweepRecord} from "./sweep.js";
import {resultOf, type Trial} from "./trial.js";

/** More curves than this cannot be told apart: the best are drawn. */
const MOST_CURVES = 12;
/** Points of a curve, each the mean of neighbouring steps. */
const POINTS = 60;

/** The training losses of a sweep's runs over one another, the best of them where there are many. */
export function sweepChartData({trials}: SweepRecord): LineChartData {
  const drawn = ranked(trials)
    .filter(({losses}) => losses.length > 1)
    .slice(0, MOST_CURVES);
  const curves = drawn.map((trial) => ({trial, index: trials.indexOf(trial), points: thin(trial.losses)}));
  // A curve that explodes leaves the chart and does not press the others flat.
  const top = 1.1 * Math.max(0.1, ...curves.map(({points}) => points[0]![1]));
  const last = Math.max(1, ...trials.map(({settings}) => settings.train.steps));
  const text = inWords(drawn, trials);
  return {
    label: `Training loss against step for each run. ${text}`,
    x: {label: "step", min: 0, max: last},
    y: {label: "training loss, nats a token", min: 0, max: top},
    lines: curves.map(({index, points}) => ({
      name: `run ${index + 1}`,
      mark: String(index + 1),
      stroke: curveStyle(index).stroke,
      dash: curveStyle(index).dash,
      points: points.map(([step, loss]) => [step, Math.min(loss, top)] as const)
    })),
    reading: text
  };
}

function inWords(drawn: readonly Trial[], trials: readonly Trial[]): string {
  const best = drawn.find(({status}) => status === "complete");
  const diverged = trials.filter(({status}) => status === "diverged").length;
  if (!best) return "No run is complete yet.";
  const {best: least} = resultOf(best);
  const settings = Object.entries(best.values).map(([field, value]) => `${field} ${value}`);
  return (
    `Run ${trials.indexOf(best) + 1} is the best so far: ${settings.join(", ")}` +
    `${least ? `, validation loss ${formatFixed(least.loss, 3)}` : ""}.` +
    (diverged > 0 ? ` ${formatPlural(diverged, "run")} diverged.` : "") +
    (drawn.length === MOST_CURVES ? ` The curves of the best ${MOST_CURVES} are drawn.` : "")
  );
}

function thin(losses: readonly number[]): [step: number, loss: number][] {
  const size = Math.ceil(losses.length / POINTS);
  const points: [number, number][] = [];
  for (let start = 0; start < losses.length; start += size) {
    const part = losses.slice(start, start + size);
    points.push([start + part.length / 2, part.reduce((sum, x) => sum + x, 0) / part.length]);
  }
  return points;
}
