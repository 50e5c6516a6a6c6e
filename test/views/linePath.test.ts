import {expect, it} from "vitest";
import {linePath} from "../../src/components/views/linePath.js";

it("leads from point to point, where the axes have them", () => {
  const points = [
    [0, 1],
    [0.123, 2],
    [3, 0]
  ] as const;
  expect(
    linePath(
      points,
      (x) => 10 * x,
      (y) => 100 - y
    )
  ).toBe("M0.0,99.0L1.2,98.0L30.0,100.0");
  expect(linePath([], Number, Number)).toBe("");
});
