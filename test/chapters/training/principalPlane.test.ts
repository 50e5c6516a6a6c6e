import {expect, it} from "vitest";
import {placesIn, principalPlane} from "../../../src/components/chapters/training/principalPlane.js";
import {createRandom} from "../../../src/components/random.js";

it("finds the plane in which points lie, whatever the space around it", () => {
  const random = createRandom(3);
  const [a, b] = [
    [0.6, 0, 0.8, 0, 0],
    [0, 1, 0, 0, 0]
  ];
  const flat = Array.from({length: 40}, () => [3 * random.normal(), random.normal()] as const);
  const rows = flat.map(([s, t]) => a!.map((value, i) => 5 + s * value + t * b![i]!));
  const plane = principalPlane(rows);
  expect(plane.share).toBeCloseTo(1, 9);
  const places = placesIn(plane, rows);
  // Distances stay; the first axis has the larger spread.
  for (const [i, j] of [
    [0, 1],
    [7, 23]
  ] as const)
    expect(Math.hypot(places[i]![0] - places[j]![0], places[i]![1] - places[j]![1])).toBeCloseTo(
      Math.hypot(flat[i]![0] - flat[j]![0], flat[i]![1] - flat[j]![1]),
      6
    );
  const spread = (axis: 0 | 1) => places.reduce((sum, place) => sum + place[axis] ** 2, 0);
  expect(spread(0)).toBeGreaterThan(spread(1));
});

it("says how much of a round cloud a plane leaves out, and has axes of length 1 at right angles", () => {
  const random = createRandom(5);
  const rows = Array.from({length: 500}, () => Array.from({length: 4}, () => random.normal()));
  const {axes, share} = principalPlane(rows);
  expect(share).toBeGreaterThan(0.45);
  expect(share).toBeLessThan(0.6);
  const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  expect(dot(axes[0], axes[0])).toBeCloseTo(1, 9);
  expect(dot(axes[1], axes[1])).toBeCloseTo(1, 9);
  expect(dot(axes[0], axes[1])).toBeCloseTo(0, 9);
});

it("refuses too few points, and bears points that have no spread", () => {
  expect(() => principalPlane([[1], [2]])).toThrow("2 points span no plane.");
  expect(
    principalPlane([
      [1, 2],
      [1, 2],
      [1, 2]
    ]).share
  ).toBe(0);
});
