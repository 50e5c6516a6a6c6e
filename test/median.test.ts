import {expect, it} from "vitest";
import {median} from "../src/components/median.js";

it("is the middle one, or halfway between the two in the middle", () => {
  expect(median([7])).toBe(7);
  expect(median([10, 1, 9])).toBe(9); // as numbers, not as texts
  expect(median([3, 1, 2, 10])).toBe(2.5);
  expect(median([])).toBeNaN();
});

it("leaves the numbers as they were", () => {
  const values = new Float64Array([3, -1, 2]);
  expect(median(values)).toBe(2);
  expect([...values]).toEqual([3, -1, 2]);
});
