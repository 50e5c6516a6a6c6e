// @vitest-environment jsdom
import {beforeEach, describe, expect, it} from "vitest";
import {columnHeights, vocabularyStrip} from "../../src/components/views/vocabularyStrip.js";
import {press, withoutCanvas} from "./canvasless.js";

beforeEach(withoutCanvas);

describe("columnHeights", () => {
  it("is logarithmic over six decades", () => {
    const heights = columnHeights([1, 0, 2, 3, 4, 5], [1e-3, 1, 1e-6, 1e-9, 0, Number.NaN], 6);
    expect([...heights].map((h) => Number(h.toFixed(4)))).toEqual([1, 0.5, 0, 0, 0, 0]);
  });

  it("shows the likeliest token of each column", () => {
    expect([...columnHeights([0, 1, 2, 3], [1, 0.1, 1e-3, 1e-4], 2)]).toEqual([1, 0.5]);
  });
});

describe("vocabularyStrip", () => {
  const data = {
    ids: Uint16Array.of(1, 0),
    tempered: Float64Array.of(0.1, 0.9),
    probabilities: Float64Array.of(0, 1),
    kept: 1,
    removedMass: 0.1,
    entropy: {before: 0.325, after: 0}
  };

  it("walks the ranks by key and stops at both ends", () => {
    const node = vocabularyStrip(data, ["a", "\n"]);
    const canvas = node.querySelector("canvas")!;
    expect(canvas.getAttribute("aria-valuetext")).toBe("rank 1, newline: 100%");
    press(canvas, "ArrowLeft");
    expect(canvas.getAttribute("aria-valuenow")).toBe("1");
    press(canvas, "ArrowRight");
    press(canvas, "ArrowRight");
    expect(canvas.getAttribute("aria-valuetext")).toBe("rank 2, ‘a’: cut, was 10.0%");
    expect(node.querySelector("[aria-live]")!.textContent).toBe("Rank 2 of 2, ‘a’: cut, was 10.0%");
  });

  it("says that an empty vocabulary is empty", () => {
    const node = vocabularyStrip({...data, ids: new Uint16Array(), kept: 0}, []);
    expect(node.querySelector("canvas")!.getAttribute("aria-valuetext")).toContain("No tokens.");
  });
});
