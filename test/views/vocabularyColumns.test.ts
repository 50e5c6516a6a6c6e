import {describe, expect, it} from "vitest";
import {columnHeights} from "../../src/components/views/vocabularyColumns.js";

describe("columnHeights", () => {
  it("is logarithmic over six decades", () => {
    const heights = columnHeights([1, 0, 2, 3, 4, 5], [1e-3, 1, 1e-6, 1e-9, 0, Number.NaN], 6);
    expect([...heights].map((h) => Number(h.toFixed(4)))).toEqual([1, 0.5, 0, 0, 0, 0]);
  });

  it("shows the likeliest token of each column", () => {
    expect([...columnHeights([0, 1, 2, 3], [1, 0.1, 1e-3, 1e-4], 2)]).toEqual([1, 0.5]);
  });
});
