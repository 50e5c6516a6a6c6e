import {describe, expect, test} from "vitest";
import {BINS, Calibration} from "../../src/components/evaluation/calibration.js";
import {createRandom} from "../../src/components/random.js";

test("by hand: sure of itself at 0.8, right half the time", () => {
  const calibration = new Calibration();
  const p = Float64Array.of(0.8, 0.2);
  calibration.add(p, 0);
  calibration.add(p, 1);
  const {places, top, all} = calibration.report();
  expect(places).toBe(2);
  expect(top.expectedError).toBeCloseTo(0.3, 12);
  const bin = top.bins[Math.floor(0.8 * BINS)]!;
  expect(bin).toMatchObject({count: 2, accuracy: 0.5});
  expect(bin.confidence).toBeCloseTo(0.8, 12);
  // The other token came half the time too, at 0.2: another 0.3 of each place's mass in the wrong bin.
  expect(all.expectedError).toBeCloseTo(0.6, 12);
  expect(all.bins.reduce((sum, {count}) => sum + count, 0)).toBe(4);
});

test("certainty belongs to the last bin", () => {
  const calibration = new Calibration();
  calibration.add(Float64Array.of(1, 0), 0);
  const {top} = calibration.report();
  expect(top.bins.at(-1)).toMatchObject({count: 1, confidence: 1, accuracy: 1, to: 1});
  expect(top.bins[0]!.confidence).toBeNaN();
  expect(top.expectedError).toBe(0);
});

describe("tokens drawn from a distribution", () => {
  const random = createRandom(4);
  function measure(sharpen: number): ReturnType<Calibration["report"]> {
    const calibration = new Calibration();
    for (let i = 0; i < 40_000; i++) {
      const weights = Array.from({length: 5}, () => Math.exp(2 * random.normal()));
      const sum = weights.reduce((a, b) => a + b);
      let u = random.uniform() * sum;
      let id = 0;
      while (id < 4 && u >= weights[id]!) u -= weights[id++]!;
      const said = weights.map((w) => w ** sharpen);
      const total = said.reduce((a, b) => a + b);
      calibration.add(
        Float64Array.from(said, (w) => w / total),
        id
      );
    }
    return calibration.report();
  }

  test("that is what the model says lie on the diagonal", () => {
    const {top, all} = measure(1);
    expect(top.expectedError).toBeLessThan(0.012);
    expect(all.expectedError).toBeLessThan(0.025);
  });

  test("that is flatter than the model says lie below it", () => {
    const {top} = measure(2);
    expect(top.expectedError).toBeGreaterThan(0.08);
    for (const {count, confidence, accuracy} of top.bins)
      if (count > 500 && confidence < 0.99) expect(accuracy).toBeLessThan(confidence);
  });
});
