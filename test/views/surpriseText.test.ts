// @vitest-environment jsdom
import {describe, expect, it} from "vitest";
import {surpriseText} from "../../src/components/views/surpriseText.js";

const reading = (node: Element) => node.querySelector("[aria-live]")!.textContent;
const hover = (node: Element, index: number) =>
  node.querySelectorAll(".tokens .token")[index]!.dispatchEvent(new Event("pointerover", {bubbles: true}));

describe("surpriseText", () => {
  const data = {tokens: ["a", "b", " "], nats: [2 * Math.LN2, Infinity]};

  it("says what stands out, then what is pointed at", () => {
    const node = surpriseText(data);
    expect(reading(node)).toMatch(/^1 token of 2 cut to zero; the others, 2\.00 bits each on average\./);
    hover(node, 0);
    expect(reading(node)).toBe("Token 1, ‘a’: nothing came before it, so nothing predicted it.");
    hover(node, 1);
    expect(reading(node)).toBe("Token 2, ‘b’: 2.00 bits, p = 25.0%.");
    hover(node, 2);
    expect(reading(node)).toMatch(/^Token 3, space: cut to zero/);
  });

  it("says what else there is to a token", () => {
    const node = surpriseText({tokens: ["a", "<0xC3>"], notes: [null, "part of ‘é’"], nats: [Math.LN2]});
    hover(node, 1);
    expect(reading(node)).toBe("Token 2, ‘<0xC3>’, part of ‘é’: 1.00 bits, p = 50.0%.");
  });

  it("marks what was cut by more than colour, and unmarks it", () => {
    const node = surpriseText(data);
    const cut = node.querySelectorAll(".tokens .token")[2]!;
    expect(cut.classList.contains("token-marked")).toBe(true);
    expect(cut.getAttribute("aria-description")).toBe("cut to zero");
    node.update({...data, nats: [2 * Math.LN2, 6 * Math.LN2]});
    expect(cut.classList.contains("token-marked")).toBe(false);
    expect(cut.hasAttribute("aria-description")).toBe(false);
    expect(reading(node)).toMatch(/^2 tokens measured, 4\.00 bits/);
  });

  it("answers no text and a single token", () => {
    const node = surpriseText({tokens: [], nats: []});
    expect(reading(node)).toBe("No text yet.");
    node.update({tokens: ["a"], nats: []});
    expect(reading(node)).toBe("Nothing to measure: a single token.");
  });

  it("has a legend for every step", () => {
    const steps = [...surpriseText(data).querySelectorAll(".legend-step")].map((step) => step.textContent);
    expect(steps).toEqual(["0–0.5", "0.5–1.5", "1.5–3", "3–5", "5–8", "≥ 8", "cut to zero"]);
  });
});
