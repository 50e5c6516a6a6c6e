// @vitest-environment jsdom
import {beforeEach, describe, expect, it, vi} from "vitest";
import {heatMap, readRow} from "../../src/components/views/heatMap.js";
import {press, withoutCanvas} from "./canvasless.js";

beforeEach(withoutCanvas);

const data = {
  weights: Float32Array.of(1, 0, 0, 0.25, 0.75, 0, 0.5, 0.125, 0.375),
  tokens: ["a", " ", "<b>"],
  title: "Layer 1, head 2",
  selected: 1
};

describe("heatMap", () => {
  it("is a slider over queries that says what it is on", () => {
    const onSelect = vi.fn();
    const node = heatMap(data, {onSelect});
    const canvas = node.querySelector("canvas")!;
    expect(canvas.getAttribute("role")).toBe("slider");
    expect(canvas.getAttribute("aria-label")).toBe("Layer 1, head 2: query");
    expect(canvas.getAttribute("aria-valuetext")).toBe("token 2 of 3, space");
    press(canvas, "ArrowDown");
    press(canvas, "ArrowDown");
    expect(onSelect.mock.calls).toEqual([[2]]);
    expect(canvas.getAttribute("aria-valuenow")).toBe("3");
    press(canvas, "Home");
    expect(onSelect).toHaveBeenLastCalledWith(0);
    expect(press(canvas, "q").defaultPrevented).toBe(false);
  });

  it("reads a row in words and as a table of its past", () => {
    const node = heatMap(data);
    expect(node.querySelector("[aria-live]")!.textContent).toBe(
      "Token 2, space, attends to itself 75.0%; token 1, ‘a’, 25.0%."
    );
    const details = node.querySelector("details")!;
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
    const cells = [...node.querySelectorAll("tbody tr")].map((row) =>
      [...row.children].map((c) => c.textContent)
    );
    expect(cells).toEqual([
      ["1", "a", "25.0%"],
      ["2", "␣", "75.0%"]
    ]);
    node.update({...data, selected: 2});
    expect(node.querySelectorAll("tbody tr")).toHaveLength(3);
    expect(node.querySelector("b")).toBeNull();
  });

  it("survives no tokens, one token and NaN", () => {
    const node = heatMap({weights: new Float32Array(), tokens: [], title: "x", selected: -1});
    expect(node.querySelector("[aria-live]")!.textContent).toBe("No tokens yet.");
    press(node.querySelector("canvas")!, "ArrowDown");
    node.update({weights: Float32Array.of(1), tokens: ["a"], title: "x", selected: 0});
    expect(node.querySelector("[aria-live]")!.textContent).toBe("Token 1, ‘a’, attends to itself 100%.");
    expect(readRow(Float32Array.of(Number.NaN), ["a"], 0)).toBe("Token 1, ‘a’, has no attention weights.");
  });
});
