import {formatCount, formatFixed} from "../../views/format.js";
import {roundTicks} from "../../views/ticks.js";
import {type Curve, curveChart, powerTicks} from "./curveChart.js";
import {formatPower, SMALLEST} from "./formatPower.js";

/** How one of several runs is drawn. */
export interface RunStyle {
  /** The letter that stands at the curve's end and in the table. */
  mark: string;
  dash: string;
  isChosen: boolean;
}

const HEIGHT = 330;
/** The least that the axis goes down to, so that small differences look small. */
const LEAST_RANGE = 1e-4;

/** The norm of the gradient against the block, on a logarithmic scale; what is 0 lies hollow on the lowest line. */
export function depthChart(
  runs: readonly (RunStyle & {norms: readonly number[]})[],
  {width, domain, description}: {width: number; domain: readonly [number, number]; description: string}
): Element {
  const blocks = Math.max(2, ...runs.map(({norms}) => norms.length));
  const apart = blocks > 12 || width < 420 ? 4 : 2;
  return curveChart({
    width,
    height: HEIGHT,
    left: 50,
    label: `Norm of the gradient against the block. ${description}`,
    x: {
      domain: [0.2, blocks],
      ticks: [1, ...roundTicks(2, blocks, (blocks - 1) / apart).filter((block) => block > 1)],
      label: "block, from input to output",
      format: formatCount
    },
    y: {
      domain,
      ticks: powerTicks(domain, 8),
      label: "norm of the gradient",
      format: formatPower,
      isLog: true
    },
    curves: runs.map((run) => ({
      ...line(run),
      points: run.norms.map((norm, i) => ({x: i + 1, y: norm, isHollow: norm === 0})),
      dots: run.isChosen ? "all" : 0
    })),
    marksAt: "start"
  });
}

/** Training losses against the step, with the guess by frequencies, and the moment that the other chart shows. */
export function lossesChart(
  runs: readonly (RunStyle & {points: readonly {step: number; loss: number}[]})[],
  {
    width,
    steps,
    step,
    frequencyLoss,
    description
  }: {width: number; steps: number; step: number; frequencyLoss: number; description: string}
): Element {
  const losses = [frequencyLoss, ...runs.flatMap(({points}) => points.map(({loss}) => loss))];
  const domain = [Math.min(...losses) - 0.15, Math.min(6, Math.max(...losses)) + 0.05] as const;
  return curveChart({
    width,
    height: HEIGHT,
    left: 34,
    label: `Training loss against the step. ${description}`,
    x: {domain: [0, steps], ticks: roundTicks(0, steps, 4), label: "step", format: formatCount},
    y: {
      domain,
      ticks: roundTicks(...domain, 5),
      label: "training loss, nats a token",
      format: (loss) => formatFixed(loss, 1)
    },
    curves: runs.map((run) => ({
      ...line(run),
      points: run.points.map(({step, loss}) => ({x: step, y: loss}))
    })),
    rules: [
      {y: frequencyLoss, label: "guessing by frequency", stroke: "var(--ink-soft)"},
      {x: step, stroke: "var(--gradient)"}
    ]
  });
}

const line = ({mark, dash, isChosen}: RunStyle): Omit<Curve, "points"> => ({
  mark,
  dash,
  stroke: isChosen ? "var(--gradient)" : "var(--ink-soft)",
  width: isChosen ? 3 : 1.6
});

/** Room for all that was measured at any step, so that the axis stands still under the slider. */
export function domainOf(norms: readonly number[]): [number, number] {
  const positive = norms.filter((norm) => norm > 0);
  const high = 10 ** Math.ceil(Math.log10(Math.max(1e-3, ...positive)));
  const least = Math.min(high * LEAST_RANGE, ...positive);
  const hasLost = norms.some((norm) => norm === 0);
  return [hasLost ? SMALLEST : 10 ** Math.floor(Math.log10(least)), high];
}
