// @vitest-environment jsdom
import {describe, expect, it} from "vitest";
import {loadingModel, progressBar} from "../../src/components/views/progressBar.js";

const text = (node: Element) => node.querySelector(".progress-text")!.textContent;

describe("progressBar", () => {
  it("says how far, how fast and how long still", () => {
    const node = progressBar({
      label: "Training",
      done: 1200,
      total: 2000,
      unit: "steps",
      rate: 14.23,
      secondsLeft: 125
    });
    expect(text(node)).toBe("1,200 of 2,000 steps · 14.2 steps/s · 2 min 5 s left");
    expect(node.querySelector("progress")!.value).toBe(1200);
    expect(node.querySelector("label")!.htmlFor).toBe(node.querySelector("progress")!.id);
  });

  it("is indeterminate without a total, and counts bytes as bytes", () => {
    const node = progressBar({label: "Loading", done: 1, total: 2, unit: "bytes"});
    node.update({label: "Loading", done: 12e6, total: null, unit: "bytes", rate: 2e6});
    expect(node.querySelector("progress")!.hasAttribute("value")).toBe(false);
    expect(text(node)).toBe("12.0 MB · 2.0 MB/s");
  });

  it("survives NaN and more than all", () => {
    const node = progressBar({label: "x", done: Number.NaN, total: 10, unit: "steps", secondsLeft: Infinity});
    expect(text(node)).toBe("– of 10 steps");
    node.update({label: "x", done: 11, total: 10, unit: "steps"});
    expect(node.querySelector("progress")!.value).toBe(10);
  });

  it("tells of a model on its way, at first without knowing how large it is", () => {
    const node = progressBar(loadingModel());
    expect(node.querySelector("progress")!.hasAttribute("value")).toBe(false);
    expect(node.textContent).toBe("Loading the model0 bytes");
    node.update(loadingModel(1.5e6, 6e6));
    expect(text(node)).toBe("1.5 MB of 6.0 MB");
    expect(node.querySelector("progress")!.value).toBe(1.5e6);
  });
});
