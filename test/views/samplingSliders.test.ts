// @vitest-environment jsdom
import {expect, test, vi} from "vitest";
import {PLAIN} from "../../src/components/generation/distribution.js";
import {samplingSliders} from "../../src/components/views/samplingSliders.js";

const inputs = (node: HTMLElement) => [...node.querySelectorAll("input")];
const said = (node: HTMLElement) => inputs(node).map((input) => input.getAttribute("aria-valuetext"));

test("tells which slider the reader moved; a top-k of all tokens is none", () => {
  const onInput = vi.fn();
  const node = samplingSliders({vocabulary: 8, onInput});
  expect([...node.querySelectorAll("label")].map((label) => label.textContent)).toEqual([
    "Temperature",
    "Top-k",
    "Top-p",
    "Min-p"
  ]);
  const move = (i: number, value: string) => {
    const input = inputs(node)[i]!;
    input.value = value;
    input.dispatchEvent(new Event("input", {bubbles: true}));
  };
  move(0, "0.5");
  move(1, "0");
  move(1, "400");
  move(2, "0.85");
  move(3, "0.1");
  expect(onInput.mock.calls.map(([change]) => change)).toEqual([
    {temperature: 0.5},
    {topK: 1},
    {topK: null},
    {topP: 0.85},
    {minP: 0.1}
  ]);
});

test("shows options that something else has set, also for a larger vocabulary", () => {
  const onInput = vi.fn();
  const node = samplingSliders({vocabulary: 8, onInput});
  node.update({options: {...PLAIN, temperature: 0, topK: 4, minP: 0.2}, vocabulary: 8});
  expect(said(node)).toEqual(["0, greedy", "4", "1, all", "0.20"]);
  node.update({options: {temperature: 1, topK: 300, topP: 0.5}, vocabulary: 1000});
  expect(said(node)).toEqual(["1.00", "300", "0.50", "0, all"]);
  node.update({options: {...PLAIN, topK: 0}, vocabulary: 1000});
  expect(said(node)[1]).toBe("all tokens");
  expect(onInput).not.toHaveBeenCalled();
});
