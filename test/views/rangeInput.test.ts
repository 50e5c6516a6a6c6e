// @vitest-environment jsdom
import {describe, expect, it, vi} from "vitest";
import {rangeInput} from "../../src/components/views/rangeInput.js";
import {press} from "./canvasless.js";

const slider = (node: Element) => node.querySelector<HTMLInputElement>('input[type="range"]')!;

describe("rangeInput", () => {
  it("labels its slider and speaks the value with its unit", () => {
    const node = rangeInput({
      label: "Top-k",
      min: 1,
      max: 65,
      step: 1,
      value: 3,
      format: (x) => `${x} tokens`,
      hint: "Few."
    });
    const input = slider(node);
    expect(node.querySelector("label")!.htmlFor).toBe(input.id);
    expect(input.getAttribute("aria-valuetext")).toBe("3 tokens");
    expect(node.querySelector("output")!.textContent).toBe("3 tokens");
    expect(node.querySelector(`#${input.getAttribute("aria-describedby")}`)!.textContent).toBe("Few.");
  });

  it("has a value and sends input events that bubble, as `view` expects", () => {
    const node = rangeInput({label: "Temperature", min: 0, max: 2, step: 0.1, value: 1});
    const heard = vi.fn();
    node.addEventListener("input", heard);
    slider(node).value = "1.3";
    slider(node).dispatchEvent(new Event("input", {bubbles: true}));
    expect(heard).toHaveBeenCalledOnce();
    expect(node.value).toBe(1.3);
    expect(node.querySelector("output")!.textContent).toBe("1.3");
  });

  it("clamps and rounds what is assigned, and ignores what is no number", () => {
    const node = rangeInput({label: "p", min: 0, max: 1, step: 0.05, value: 5});
    expect(node.value).toBe(1);
    node.value = 0.333;
    expect(node.value).toBe(0.35);
    node.value = Number.NaN;
    expect(node.value).toBe(0.35);
  });

  it("gives each doubling the same room on a logarithmic scale", () => {
    const node = rangeInput({label: "k", min: 1, max: 16, step: 1, value: 4, scale: "log"});
    expect(Number(slider(node).value)).toBeCloseTo(200);
    const heard = vi.fn();
    node.addEventListener("input", heard);
    press(slider(node), "ArrowRight");
    expect(node.value).toBe(5);
    expect(heard).toHaveBeenCalledOnce();
    node.value = 16;
    press(slider(node), "ArrowRight");
    expect(node.value).toBe(16);
  });

  it("refuses limits that make no sense", () => {
    expect(() => rangeInput({label: "x", min: 2, max: 1, step: 1, value: 1})).toThrow(RangeError);
    expect(() => rangeInput({label: "x", min: 0, max: 1, step: 0.1, value: 1, scale: "log"})).toThrow(
      /“x” cannot go/
    );
  });
});
