import {formatPower} from "../block/formatPower.js";
import type {ScalingRun} from "./scalingRuns.js";

/** What a run can be set against. */
export const AXES = ["parameters", "tokens", "flops"] as const;
export type Axis = (typeof AXES)[number];

/** What stands along the bottom, and which runs a line joins: those that differ in it and in nothing else. */
export const axes: Record<
  Axis,
  {choice: string; label: string; joined: "tokens" | "parameters"; format(x: number): string}
> = {
  parameters: {choice: "Parameters", label: "parameters", joined: "tokens", format: short},
  tokens: {choice: "Tokens", label: "tokens of training", joined: "parameters", format: short},
  flops: {
    choice: "Computing",
    label: "floating-point operations",
    joined: "parameters",
    format: (x) => formatPower(x).replace(".0 ", " ")
  }
};

/** Runs that differ in one thing only, in its order. */
export interface Series {
  /** What they have in common: "208 k". */
  name: string;
  runs: ScalingRun[];
}

/** The runs of a figure as the lines of an axis. */
export function seriesOf(runs: readonly ScalingRun[], axis: Axis): Series[] {
  const {joined} = axes[axis];
  const shared = [...new Set(runs.map((run) => run[joined]))].sort((a, b) => a - b);
  return shared.map((value) => ({
    name: short(value),
    runs: runs.filter((run) => run[joined] === value).sort((a, b) => a[axis] - b[axis])
  }));
}

/** A large count in two or three digits: "940", "1.4 k", "208 k", "2.1 M", "1.2 trillion". */
export function short(n: number): string {
  const prefixes = ["", " k", " M", " billion", " trillion"];
  let i = 0;
  let x = n;
  for (; x >= 999.5 && i < prefixes.length - 1; i++) x /= 1000;
  const digits = i === 0 || x >= 99.5 ? Math.round(x) : Number(x.toPrecision(2));
  return `${digits}${prefixes[i]}`;
}

/** Round numbers from `min` to `max`, at most `most`: powers of ten, and as many between them as there is room for. */
export function logTicks(min: number, max: number, most: number): number[] {
  const first = Math.floor(Math.log10(min));
  const last = Math.ceil(Math.log10(max));
  const powers = Array.from({length: last - first + 1}, (_, i) => 10 ** (first + i));
  const choices = [[1, 1.5, 2, 3, 4, 6], [1, 2, 5], [1, 3], [1]].map((factors) =>
    powers
      .flatMap((power) => factors.map((factor) => Number((factor * power).toPrecision(6))))
      .filter((tick) => tick >= min && tick <= max)
  );
  return choices.find((ticks) => ticks.length <= most) ?? choices.at(-1)!;
}
