// @vitest-environment jsdom
import {beforeEach, describe, expect, it} from "vitest";
import {vocabularyStrip} from "../../src/components/views/vocabularyStrip.js";
import {press, withoutCanvas} from "./canvasless.js";

beforeEach(withoutCanvas);

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
