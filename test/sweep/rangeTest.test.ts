import {describe, expect, it} from "vitest";
import {rangeChartData} from "../../src/components/sweep/rangeChart.js";
import {
  hasExploded,
  type RangePoint,
  rangeInWords,
  rangeTestConfig,
  readRange,
  smooth
} from "../../src/components/sweep/rangeTest.js";
import {presets} from "../../src/components/training/presets.js";

const range = {from: 1e-5, to: 10, steps: 121};

/** Flat at 4 up to 1e-4, down to 2 at 1e-2 with its middle at 1e-3, flat to 0.1, then up without end. */
function curve(noise = 0): RangePoint[] {
  return Array.from({length: range.steps}, (_, i) => {
    const rate = range.from * (range.to / range.from) ** (i / (range.steps - 1));
    const x = Math.log10(rate);
    const fall = 2 / (1 + Math.exp(-4 * (x + 3)));
    const rise = x > -1 ? 6 * (x + 1) ** 2 : 0;
    return {rate, loss: 4 - fall + rise + noise * Math.sin(37 * i)};
  });
}

describe("readRange", () => {
  it.each([0, 0.1])("finds where the loss falls fastest, is least and breaks, with noise of %d", (noise) => {
    const {steepest, best, divergence, suggestion} = readRange(curve(noise))!;
    expect(Math.log10(steepest!.rate)).toBeCloseTo(-3, 0.3);
    expect(best.loss).toBeLessThan(2.15);
    expect(best.rate).toBeGreaterThan(5e-3);
    expect(best.rate).toBeLessThan(0.13);
    // Half of the two nats gained is lost where 6(x + 1)² = 1.
    expect(Math.log10(divergence!.rate)).toBeCloseTo(-0.6, 1);
    expect(suggestion).toBeCloseTo(Math.sqrt(steepest!.rate * (divergence!.rate / 10)), 3);
  });

  it("suggests nothing where nothing is learnt, or nothing breaks", () => {
    const flat = curve().map(({rate}) => ({rate, loss: 4}));
    expect(readRange(flat)!).toMatchObject({steepest: null, suggestion: null});
    expect(rangeInWords(flat, range)).toContain("the loss has not fallen");
    const short = curve().filter(({rate}) => rate < 0.05);
    expect(readRange(short)!).toMatchObject({divergence: null, suggestion: null});
    expect(rangeInWords(short, {to: short.at(-1)!.rate})).toContain("let the test go on to a higher rate");
    expect(readRange([])).toBeNull();
  });

  it("goes by the steepest place where even the highest rate breaks nothing", () => {
    const mild = curve().map(({rate, loss}) => ({rate, loss: rate > 0.05 ? Math.min(loss, 2.5) : loss}));
    const {steepest, divergence, suggestion} = readRange(mild)!;
    expect(divergence).toBeNull();
    expect(suggestion).toBe(Number(steepest!.rate.toPrecision(2)));
    expect(rangeInWords(mild, range)).toContain("even 10, the highest rate there is, does not break it");
  });

  it("takes a loss that is no number for the break", () => {
    const points = curve().filter(({rate}) => rate < 0.05);
    const {divergence, suggestion} = readRange([...points, {rate: 0.06, loss: Number.NaN}])!;
    expect(divergence!.rate).toBe(0.06);
    expect(suggestion).toBeGreaterThan(0);
  });

  it("smooths without moving a straight line", () => {
    const line = curve().map(({rate}) => ({rate, loss: Math.log10(rate)}));
    for (const [i, {loss}] of smooth(line).slice(20, 100).entries())
      expect(loss).toBeCloseTo(line[i + 20]!.loss, 6);
  });
});

it("ends once the loss has doubled from its least, not before", () => {
  const points = curve();
  const at = points.findIndex((_, i) => hasExploded(points.slice(0, i + 1)));
  expect(points[at]!.loss).toBeGreaterThan(3.9);
  expect(points[at]!.loss).toBeLessThan(6);
  expect(points[at]!.rate).toBeGreaterThan(0.3);
  expect(hasExploded([{rate: 1, loss: Number.NaN}])).toBe(true);
  expect(hasExploded([])).toBe(false);
});

describe("rangeTestConfig", () => {
  const {train} = presets.toy;
  it("raises the rate from the first to the last", () => {
    expect(rangeTestConfig({...train, overfitOneBatch: true}, range)).toMatchObject({
      schedule: "rangeTest",
      minLearningRate: 1e-5,
      learningRate: 10,
      steps: 121,
      overfitOneBatch: false
    });
  });
  it.each([
    [{...range, from: 0}, "from 0 to 10 goes nowhere"],
    [{...range, from: 10}, "from 10 to 10 goes nowhere"],
    [{...range, from: Number.NaN}, "goes nowhere"],
    [{...range, steps: 5}, "steps are 5; they must be a whole number from 20 to 10000"]
  ])("refuses %j", (wrong, message) => {
    expect(() => rangeTestConfig(train, wrong)).toThrow(message);
  });
});

it("draws it on an axis of powers of ten, an explosion cut off", () => {
  const data = rangeChartData(curve(), range);
  expect(data.x.ticks!.map(({text}) => text)).toEqual(["10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "1", "10"]);
  const drawn = data.lines.flatMap(({points}) => points.map(([, y]) => y));
  expect(Math.max(...drawn)).toBeLessThanOrEqual(data.y.max);
  expect(data.rules!.map(({label}) => label)).toEqual(["steepest", "breaks"]);
  expect(data.dots![0]!.label).toMatch(/^try 0\.00\d+$/);
  expect(data.reading).toContain("begin with it");
});
