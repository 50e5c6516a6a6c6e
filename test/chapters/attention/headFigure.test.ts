// @vitest-environment jsdom
import {expect, it} from "vitest";
import {headFigure} from "../../../src/components/chapters/attention/headFigure.js";
import {packTrace} from "../../../src/components/chapters/attention/packedTrace.js";
import {randomTrace} from "./traces.js";

it("does not point at the answer of its prediction before it is revealed", () => {
  const start = {layer: 1, head: 0, query: 5, key: 2};
  const trace = packTrace(randomTrace([..."She ran."]));
  const {figure, prediction} = headFigure({trace, start}, {model: "", tokenizer: ""});
  document.body.replaceChildren(figure, prediction!);
  const key = () => figure.querySelectorAll(".token[aria-selected=true]")[1]!;
  const keys = () => [...figure.querySelectorAll(".by-key .token")];
  expect(keys().indexOf(key())).toBe(5);
  prediction!.querySelector("input")!.click();
  prediction!.querySelector("button")!.click();
  expect(keys().indexOf(key())).toBe(2);
  expect(figure.querySelector(".figure-reading")!.textContent).toMatch(/Weight <?[\d.]+%/);
});

it("says so where the model has no heads", () => {
  const page = {trace: null, start: {layer: 0, head: 0, query: 0, key: 0}};
  const {figure, prediction} = headFigure(page, {model: "", tokenizer: ""});
  expect(figure.textContent).toContain("no heads of attention");
  expect(prediction).toBeNull();
});
