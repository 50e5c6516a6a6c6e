// @vitest-environment jsdom
import {beforeEach, describe, expect, it, vi} from "vitest";
import {headGrid} from "../../src/components/views/headGrid.js";
import {press, withoutCanvas} from "./canvasless.js";

beforeEach(withoutCanvas);

const data = {
  attention: new Float32Array(2 * 3),
  nLayer: 2,
  nHead: 3,
  size: 1,
  selected: {layer: 0, head: 2}
};
const radios = (node: Element) => [...node.querySelectorAll<HTMLElement>('[role="radio"]')];

describe("headGrid", () => {
  it("is a radio group with one head checked and in the tab order", () => {
    const node = headGrid(data);
    expect(node.querySelector('[role="radiogroup"]')!.getAttribute("aria-label")).toBe("Attention head");
    expect(radios(node).map((radio) => radio.getAttribute("aria-checked"))).toEqual(
      [false, false, true, false, false, false].map(String)
    );
    expect(radios(node).map((radio) => radio.tabIndex)).toEqual([-1, -1, 0, -1, -1, -1]);
    expect(radios(node)[5]!.getAttribute("aria-label")).toBe("layer 2, head 3");
  });

  it("chooses by click and by arrows, which wrap", () => {
    const onSelect = vi.fn();
    const node = headGrid(data, {onSelect});
    document.body.append(node);
    radios(node)[4]!.click();
    press(radios(node)[4]!, "ArrowDown");
    press(radios(node)[1]!, "ArrowLeft");
    press(radios(node)[0]!, "ArrowLeft");
    press(radios(node)[2]!, "End");
    expect(onSelect.mock.calls.map(([head]) => [head.layer, head.head])).toEqual([
      [1, 1],
      [0, 1],
      [0, 0],
      [0, 2],
      [1, 2]
    ]);
    expect(document.activeElement).toBe(radios(node)[5]);
  });

  it("takes a model of another shape", () => {
    const node = headGrid(data);
    node.update({
      attention: new Float32Array(4),
      nLayer: 4,
      nHead: 1,
      size: 1,
      selected: {layer: 3, head: 0}
    });
    expect(radios(node)).toHaveLength(4);
    expect(radios(node)[3]!.getAttribute("aria-checked")).toBe("true");
  });
});
