// @vitest-environment jsdom
import {expect, test} from "vitest";
import {divergenceText} from "../../src/components/views/divergenceText.js";

test("colours by distance, sums up, and reads a token out", () => {
  const nats = [Number.NaN, 0.1, 4].map((bits) => bits * Math.LN2);
  const figure = divergenceText({tokens: ["a", " ", "b"], nats, start: 41});
  const tokens = [...figure.querySelectorAll<HTMLElement>(".tokens .token")];
  expect(tokens.map(({dataset}) => dataset.step)).toEqual(["0", "0", "3"]);
  const reading = figure.querySelector(".figure-reading")!;
  expect(reading.textContent).toMatch(/^2\.050 bits from the truth each on average/);
  tokens[2]!.dispatchEvent(new FocusEvent("focusin", {bubbles: true}));
  expect(reading.textContent).toBe("Token 44, ‘b’: 4.00 bits from the truth.");
  tokens[0]!.dispatchEvent(new FocusEvent("focusin", {bubbles: true}));
  expect(reading.textContent).toBe("Token 42, ‘a’: not predicted.");
  figure.update({tokens: ["x"], nats: [Number.NaN], start: 0});
  expect(reading.textContent).toBe("Nothing of this passage was predicted.");
});
