// @vitest-environment jsdom
import {beforeEach, describe, expect, it, vi} from "vitest";
import {attentionFigure} from "../../src/components/views/attentionFigure.js";
import {withoutCanvas} from "./canvasless.js";

beforeEach(withoutCanvas);

/** Head 0 looks at itself; head 1 at the first token. */
function data(size: number) {
  const attention = new Float32Array(2 * size * size);
  for (let query = 0; query < size; query++) {
    attention[query * size + query] = 1;
    attention[(size + query) * size] = 1;
  }
  return {tokens: [..."abcdef"].slice(0, size), attention, nLayer: 1, nHead: 2};
}
const steps = (node: Element) =>
  [...node.querySelectorAll<HTMLElement>(".token")].map((t) => Number(t.dataset.step));
const reading = (node: Element) => node.querySelector(".heat-map [aria-live]")!.textContent;

describe("attentionFigure", () => {
  it("starts at the last token and shades what it attends to", () => {
    const node = attentionFigure(data(3));
    expect(steps(node)).toEqual([0, 0, 5]);
    expect(reading(node)).toMatch(/^Token 3, ‘c’, attends to itself 100%/);
  });

  it("links heads, tokens and the map", () => {
    const onHead = vi.fn();
    const node = attentionFigure(data(3), {onHead});
    (node.querySelectorAll('[role="radio"]')[1] as HTMLElement).click();
    expect(onHead).toHaveBeenCalledWith({layer: 0, head: 1});
    expect(steps(node)).toEqual([5, 0, 0]);
    expect(node.querySelector(".heat-map .figure-title")!.textContent).toBe("Layer 1, head 2");
    const tokens = node.querySelectorAll<HTMLElement>(".token");
    tokens[1]!.dispatchEvent(new Event("pointerover", {bubbles: true}));
    expect(reading(node)).toMatch(/^Token 2, ‘b’, attends to token 1/);
    node.querySelector(".tokens")!.dispatchEvent(new Event("pointerleave"));
    expect(reading(node)).toMatch(/^Token 3/);
    tokens[1]!.click();
    expect(reading(node)).toMatch(/^Token 2/);
  });

  it("shades, reads and lists later tokens where there is no mask", () => {
    const attention = Float32Array.of(0, 0, 1, 0, 0, 1, 0, 0, 1);
    const node = attentionFigure({tokens: ["a", "b", "c"], attention, nLayer: 1, nHead: 1, causal: false});
    node.querySelectorAll<HTMLElement>(".token")[0]!.click();
    expect(steps(node)).toEqual([0, 0, 5]);
    expect(reading(node)).toBe("Token 1, ‘a’, attends to token 3, ‘c’, 100%.");
    const table = node.querySelector("details")!;
    table.open = true;
    table.dispatchEvent(new Event("toggle"));
    expect(table.querySelectorAll("tbody tr")).toHaveLength(3);
    node.update({tokens: ["a", "b", "c"], attention, nLayer: 1, nHead: 1});
    expect(steps(node)).toEqual([0, 0, 0]);
    expect(table.querySelectorAll("tbody tr")).toHaveLength(1);
  });

  it("follows a longer trace to its new last token, and a model with fewer heads", () => {
    const node = attentionFigure(data(2), {head: {layer: 0, head: 1}});
    node.update(data(4));
    expect(steps(node)).toEqual([5, 0, 0, 0]);
    expect(reading(node)).toMatch(/^Token 4/);
    node.update({tokens: ["a"], attention: Float32Array.of(1), nLayer: 1, nHead: 1});
    expect(reading(node)).toBe("Token 1, ‘a’, attends to itself 100%.");
    node.update({tokens: [], attention: new Float32Array(), nLayer: 1, nHead: 1});
    expect(reading(node)).toBe("No tokens yet.");
    node.update(data(2));
    expect(reading(node)).toMatch(/^Token 2/);
  });
});
