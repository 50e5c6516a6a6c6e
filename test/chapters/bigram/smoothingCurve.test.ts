import {expect, it} from "vitest";
import {countNeighbours} from "../../../src/components/chapters/bigram/pairCounts.js";
import {formatSmoothing} from "../../../src/components/chapters/bigram/smoothingChart.js";
import {
  bestPoint,
  lossesAt,
  SMOOTHING,
  smoothingCurve
} from "../../../src/components/chapters/bigram/smoothingCurve.js";

const pairs = countNeighbours([0, 1, 2, 0, 1, 2, 0, 1], 4);
const heldOut = countNeighbours([0, 1, 3, 0, 2, 1], 4);

it("goes from the least to the greatest α; the counted text only loses by it", () => {
  const curve = smoothingCurve(pairs, heldOut);
  expect(curve.length).toBe(SMOOTHING.points);
  expect(curve[0]!.smoothing).toBeCloseTo(SMOOTHING.min, 9);
  expect(curve.at(-1)!.smoothing).toBeCloseTo(SMOOTHING.max, 6);
  for (let i = 1; i < curve.length; i++) expect(curve[i]!.train).toBeGreaterThan(curve[i - 1]!.train);
  expect(curve.at(-1)!.heldOut).toBeCloseTo(Math.log(4), 2);
});

it("finds the α that held-out text likes best", () => {
  const best = bestPoint(smoothingCurve(pairs, heldOut));
  expect(best.smoothing).toBeGreaterThan(SMOOTHING.min);
  expect(best.smoothing).toBeLessThanOrEqual(SMOOTHING.max);
  for (const factor of [0.5, 2])
    expect(lossesAt(best.smoothing * factor, pairs, heldOut).heldOut).toBeGreaterThanOrEqual(
      best.heldOut - 1e-4
    );
});

it("writes α in two digits", () => {
  expect([0.001, 0.0123, 0.5, 24.9, 1000].map(formatSmoothing)).toEqual([
    "0.001",
    "0.012",
    "0.5",
    "25",
    "1000"
  ]);
});
