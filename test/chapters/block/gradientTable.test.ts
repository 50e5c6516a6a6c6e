// @vitest-environment jsdom
import {expect, it} from "vitest";
import {combinations} from "../../../src/components/chapters/block/bench.js";
import {powerTicks} from "../../../src/components/chapters/block/curveChart.js";
import {domainOf} from "../../../src/components/chapters/block/depthChart.js";
import {firstBlockPrediction} from "../../../src/components/chapters/block/facts.js";
import {formatPower} from "../../../src/components/chapters/block/formatPower.js";
import {emptyRun, type GradientRun} from "../../../src/components/chapters/block/gradientRun.js";
import {
  blockRows,
  formatKept,
  gradientSentence,
  readRun,
  sourceSentence
} from "../../../src/components/chapters/block/gradientTable.js";

const bench = {nLayer: 3, learningRate: 0.001, steps: 4};
const run = (i: number, ...profiles: number[][]): GradientRun => ({
  ...emptyRun(combinations("layerNorm")[i]!, bench, false),
  measured: profiles.map((_, step) => 4 * step),
  profiles,
  losses: [4, 3, 3, 2]
});

it("writes numbers of any size", () => {
  expect([0.1228, 3.466, 12.3, 1, 0.01, 1.225e-15, 0.00012, 1e-16, 0, 0.0999999].map(formatPower)).toEqual([
    "0.12",
    "3.5",
    "12",
    "1",
    "10⁻²",
    "1.2 × 10⁻¹⁵",
    "1.2 × 10⁻⁴",
    "10⁻¹⁶",
    "< 10⁻²²",
    "0.1"
  ]);
});

it("says which share a block keeps: its power leads from the last block to the first", () => {
  const reading = readRun(run(2, [1, 10, 100], [1e-6, 1e-4, 1e-2]), 4)!;
  expect(reading).toMatchObject({name: "no residuals, Pre-LN", first: 1e-6, last: 1e-2, loss: 3});
  expect(reading.kept ** 2 * reading.last).toBeCloseTo(reading.first, 12);
  expect(formatKept(reading.kept)).toBe("1.0%");
  expect(formatKept(0.98)).toBe("98%");
  expect(gradientSentence(run(2, [1, 20, 400]), 0)).toBe(
    "Before the first step, with no residuals, Pre-LN: the gradient has norm 400 at the last block and 1 at block 1. On average each block passes 5.0% of it on."
  );
  expect(gradientSentence(run(2, [0, 0, 0]), 0)).toMatch(/no gradient that a 32-bit number could hold\.$/);
  expect(gradientSentence(undefined, 0)).toMatch(/press a button/);
});

it("lists every block of every run", () => {
  const rows = blockRows(
    [0, 1].map((i) => ({mark: "A", dash: "", isChosen: false, run: run(i, [1, 2, 0])})),
    0
  );
  expect(rows.map((row) => row.textContent)).toEqual(["111", "222", "3< 10⁻²²< 10⁻²²"]);
});

it("asks for the smallest gradient at block 1 as it was measured", () => {
  const runs = [[5], [0.5], [7], [8]].map(([first], i) => run(i, [first!, 1, 1]));
  const {right, choices, because} = firstBlockPrediction(runs);
  expect(choices[right]).toBe("residuals, Post-LN");
  expect(because).toContain("residuals, Post-LN 0.5;");
  expect(() => firstBlockPrediction(runs.slice(1))).toThrow(
    "There is no recorded run with residuals, Pre-LN"
  );
});

it("says where its runs are from", () => {
  const recorded = run(0, [1, 1, 1]);
  const live = {...run(1, [1, 1, 1]), isLive: true};
  expect(sourceSentence([recorded, run(1)])).toMatch(/^Recorded: made/);
  expect(sourceSentence([recorded, live])).toMatch(/^Runs marked/);
  expect(sourceSentence([run(0), live])).toBe("Run in this browser, just now.");
  expect(sourceSentence([run(0)])).toBe("Nothing has been run with these settings yet.");
});

it("gives the axis room and ticks", () => {
  // Powers of ten are not exact in binary.
  const round = (numbers: readonly number[]) => numbers.map((x) => Number(x.toPrecision(6)));
  expect(round(domainOf([0.3, 2e-5]))).toEqual([1e-5, 1]);
  expect(round(domainOf([0.3, 0.2]))).toEqual([1e-4, 1]);
  expect(round(domainOf([0.3, 0]))).toEqual([1e-22, 1]);
  expect(round(powerTicks([1e-4, 1], 8))).toEqual([1, 0.1, 0.01, 0.001, 1e-4]);
  expect(powerTicks([1e-16, 10], 8).map(Math.log10).map(Math.round)).toEqual([1, -2, -5, -8, -11, -14]);
});
