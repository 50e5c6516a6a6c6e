// @vitest-environment jsdom
import {describe, expect, it, vi} from "vitest";
import {homeFigure} from "../../src/components/views/homeFigure.js";

const guess = (token: string, probability: number) => ({token, probability});
const data = {
  tokens: ["t", "h", "e"],
  next: [[guess("h", 0.8), guess("o", 0.1)], [guess("a", 0.6), guess("e", 0.3)], [guess(" ", 0.9)]],
  attention: {headName: "layer 3, head 2", weights: [[1], [0.25, 0.75], [1, 0, 0]]},
  start: 0
};
const shown = (node: Element) =>
  [...node.querySelectorAll<HTMLElement>("li")].filter((row) => !row.hidden).map((row) => row.textContent);
const hover = (node: Element, index: number) =>
  node.querySelectorAll(".token")[index]!.dispatchEvent(new Event("pointerover", {bubbles: true}));
const reading = (node: Element) => node.querySelector("[aria-live]")!.textContent;

describe("homeFigure", () => {
  it("shows what was expected and what came", () => {
    const node = homeFigure(data);
    expect(node.querySelector(".figure-title")!.textContent).toBe("Expected after ‘t’");
    expect(shown(node)).toEqual(["h80.0%", "o10.0%"]);
    expect(node.querySelector(".expect-came")!.textContent).toBe("h80.0%");
    expect(reading(node)).toBe(
      "What came was ‘h’, as expected. The shading shows where layer 3, head 2 looked."
    );
  });

  it("follows the pointer and returns", () => {
    const node = homeFigure(data);
    hover(node, 1);
    expect(reading(node)).toMatch(/^What came was ‘e’, its guess number 2\./);
    expect([...node.querySelectorAll<HTMLElement>(".token")].map((t) => t.dataset.step)).toEqual([
      "3",
      "4",
      "0"
    ]);
    hover(node, 2);
    expect(shown(node)).toEqual(["␣90.0%"]);
    expect(reading(node)).toMatch(/^Nothing has been written after this token yet/);
    node.querySelector(".tokens")!.dispatchEvent(new Event("pointerleave"));
    expect(node.querySelector(".figure-title")!.textContent).toBe("Expected after ‘t’");
  });

  it("writes the line again, token by token, until somebody points at it", () => {
    vi.useFakeTimers();
    try {
      const node = homeFigure(data, {plays: true});
      document.body.append(node);
      const written = () => node.querySelectorAll(".token:not(.token-unwritten)").length;
      const button = node.querySelector("button")!;
      expect(written()).toBe(1);
      vi.advanceTimersByTime(0);
      expect([button.textContent, reading(node)]).toEqual(["Pause", expect.stringContaining("‘h’")]);
      vi.advanceTimersByTime(240);
      expect([written(), node.querySelector(".figure-title")!.textContent]).toEqual([
        2,
        "Expected after ‘h’"
      ]);
      expect(node.querySelector(".figure-reading")!.getAttribute("aria-live")).toBe("off");
      hover(node, 0);
      expect([written(), button.textContent]).toEqual([3, "Write it again"]);
      expect(node.querySelector(".figure-title")!.textContent).toBe("Expected after ‘t’");

      button.click();
      vi.advanceTimersByTime(5000);
      expect([written(), button.textContent, vi.getTimerCount()]).toEqual([3, "Write it again", 0]);
      // Written to its end, it shows the place that is shown at first.
      expect(node.querySelector(".figure-title")!.textContent).toBe("Expected after ‘t’");
    } finally {
      vi.useRealTimers();
      document.body.replaceChildren();
    }
  });

  it("speaks of no head where there is no attention, and shades later tokens where they were seen", () => {
    const steps = (node: Element) =>
      [...node.querySelectorAll<HTMLElement>(".token")].map((t) => Number(t.dataset.step));
    const without = homeFigure({...data, attention: null});
    expect(reading(without)).toBe("What came was ‘h’, as expected.");
    expect(steps(without)).toEqual([0, 0, 0]);
    const weights = [[0, 0, 1], [1], [1]];
    expect(steps(homeFigure({...data, attention: {headName: "layer 1, head 1", weights}}))).toEqual([
      0, 0, 5
    ]);
  });

  it("survives no data", () => {
    const node = homeFigure({tokens: [], next: [], attention: null});
    expect(node.querySelector(".figure-title")!.textContent).toBe("Nothing to read yet");
    expect(shown(node)).toEqual([]);
  });
});
