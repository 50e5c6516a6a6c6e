import {expect, it} from "vitest";
import {roundTicks} from "../../src/components/views/ticks.js";

it("puts ticks at round numbers, about as many as are asked for", () => {
  expect(roundTicks(0, 63, 7)).toEqual([0, 10, 20, 30, 40, 50, 60]);
  expect(roundTicks(0, 32, 4)).toEqual([0, 10, 20, 30]);
  expect(roundTicks(-1, 1, 4)).toEqual([-1, -0.5, 0, 0.5, 1]);
  expect(roundTicks(0, 0.23, 4)).toEqual([0, 0.1, 0.2]);
});

it("has neither a negative zero nor the noise of sums", () => {
  expect(Object.is(roundTicks(-0.3, 0.3, 6)[3], 0)).toBe(true);
  expect(roundTicks(0, 0.3, 3)).toEqual([0, 0.1, 0.2, 0.3]);
});
