// @vitest-environment jsdom
import {readFile} from "node:fs/promises";
import {expect, it} from "vitest";
import {checkpointingFigure, insideOf} from "../../../src/components/chapters/scale/checkpointingFigure.js";
import {trainingSeconds} from "../../../src/components/chapters/scale/duration.js";
import {durationFigure} from "../../../src/components/chapters/scale/durationFigure.js";
import {lawFigure} from "../../../src/components/chapters/scale/lawFigure.js";
import {scaleChapter} from "../../../src/components/chapters/scale/scaleChapter.js";
import {logTicks, short} from "../../../src/components/chapters/scale/scalingAxes.js";
import {scalingFigure} from "../../../src/components/chapters/scale/scalingFigure.js";
import {bestSplit} from "../../../src/components/chapters/scale/scalingFit.js";
import {dearestOf, readScalingRuns} from "../../../src/components/chapters/scale/scalingRuns.js";
import type {InputNode} from "../../../src/components/views/rangeInput.js";

const record = readScalingRuns(
  JSON.parse(await readFile(`${process.cwd()}/src/data/scale-runs.json`, "utf8"))
);
const input = (node: Element, event = "input") => node.dispatchEvent(new Event(event, {bubbles: true}));

it("holds the dearest run back until it is asked for, and tells a run that is chosen", () => {
  const figure = scalingFigure(record);
  const dots = () => figure.querySelectorAll(".log-dot").length;
  expect(dots()).toBe(record.runs.length - 1);
  figure.reveal();
  expect(dots()).toBe(record.runs.length);
  const choice = figure.querySelector("select")!;
  choice.value = "0";
  input(choice);
  expect(figure.querySelector("[aria-live]")!.textContent).toContain(
    `held-out loss ${record.runs[0]!.loss.toFixed(3)} nats`
  );
  const names = () => [...figure.querySelectorAll(".log-name")].map(({textContent}) => textContent);
  expect(names()).toContain(short(dearestOf(record.runs).parameters));
  const axis = figure.querySelector<HTMLInputElement>("input[value=parameters]")!;
  axis.checked = true;
  input(axis, "change");
  expect(names()).toContain(short(record.runs[0]!.tokens));
  expect(figure.querySelector(".log-law")).toBeNull();
});

it("expects less of a larger model, and says how the law would split the same budget", () => {
  const {law} = scaleChapter(record);
  const figure = lawFigure(record, law);
  const sliders = [...figure.querySelectorAll<InputNode<number>>(".range")];
  const expected = () =>
    Number(/the law expects ([\d.]+) nats/.exec(figure.querySelector("[aria-live]")!.textContent!)![1]);
  const before = expected();
  const slider = figure.querySelector<HTMLInputElement>("input[type=range]")!;
  const said = () => figure.querySelector("[aria-live]")!.textContent!;
  expect(said()).toContain("No run of ours went so far");
  slider.value = slider.max;
  input(slider);
  expect(expected()).toBeLessThan(before);
  // So large a model has too little text: the law takes fewer parameters, and comes out lower.
  const [, parameters, better] = /rather have (\d.*?) parameters and .* tokens, for ([\d.]+)\./.exec(said())!;
  expect(parameters).toBe(short(bestSplit(law, 6 * sliders[0]!.value * sliders[1]!.value).parameters));
  expect(Number(better)).toBeLessThan(expected());
  for (const one of figure.querySelectorAll<HTMLInputElement>("input[type=range]")) {
    one.value = one.min;
    input(one);
  }
  expect(said()).not.toContain("No run of ours");
});

it("draws what is in memory while the backward pass comes down", () => {
  expect(["keep", "again"].map((way) => insideOf(3, 3, way as "keep"))).toEqual(["solid", "now"]);
  expect(["keep", "again"].map((way) => insideOf(2, 3, way as "keep"))).toEqual(["solid", "gone"]);
  expect(["keep", "again"].map((way) => insideOf(4, 3, way as "keep"))).toEqual(["done", "done"]);
  // A press on a radio button tells of a change in a document only.
  const figure = document.body.appendChild(
    checkpointingFigure({nLayer: 12, nEmbd: 768, blockSize: 1024, batchSize: 4})
  );
  const rows = () => [...figure.querySelectorAll("li")].map(({textContent}) => textContent!.trim());
  expect(rows().filter((row) => row.includes("computed again"))).toHaveLength(1);
  const drawn = rows().length;
  figure.querySelector<HTMLInputElement>("input[value=keep]")!.click();
  expect(rows()).toHaveLength(drawn);
  expect(rows().some((row) => row.includes("computed again"))).toBe(false);
  for (const turn of [0, 1, 5, 6, 7, 11, 12]) {
    const slider = figure.querySelector<HTMLInputElement>(".kept-turn input")!;
    slider.value = String(turn);
    input(slider);
    const counted = rows().reduce((sum, row) => sum + Number(/^and (\d+) more/.exec(row)?.[1] ?? 1), 0);
    expect(counted, `at ${turn}`).toBe(12);
    if (turn > 0) expect(rows().some((row) => row.startsWith(`Block ${turn}`))).toBe(true);
  }
});

it("counts six operations for each parameter and token", () => {
  const job = {parameters: 124e6, tokens: 2.5e9, gpus: 8, peak: 312e12, utilisation: 0.4};
  expect(trainingSeconds(job)).toBeCloseTo((6 * 124e6 * 2.5e9) / (8 * 312e12 * 0.4), 6);
  const figure = durationFigure(record);
  const answer = () => figure.querySelector(".duration-answer")!.textContent;
  const before = answer();
  const processor = figure.querySelectorAll("select")[1]!;
  expect(processor.selectedOptions[0]!.textContent).toBe("NVIDIA A100 80 GB");
  processor.selectedIndex = processor.options.length - 1;
  input(processor);
  expect(answer()).not.toBe(before);
  expect(answer()).toMatch(/(days|years)$/);
  expect(figure.querySelector("[aria-live]")!.textContent).toContain("measured on one core");
});

it("gives a model that is chosen its tokens, and draws once", () => {
  const figure = durationFigure(record);
  const answer = figure.querySelector(".duration-answer")!;
  const model = figure.querySelector("select")!;
  const drawn = new MutationObserver(() => {});
  drawn.observe(answer, {childList: true, characterData: true, subtree: true});
  model.selectedIndex = model.options.length - 1;
  input(model);
  expect(drawn.takeRecords()).toHaveLength(1);
  expect(figure.querySelector("[aria-live]")!.textContent).toContain("That is 20 tokens to a parameter.");
});

it("puts round numbers on a logarithmic axis, as many as there is room for", () => {
  expect(logTicks(0.18, 3, 8)).toEqual([0.2, 0.3, 0.4, 0.6, 1, 1.5, 2, 3]);
  expect(logTicks(2e9, 3e13, 5)).toEqual([1e10, 1e11, 1e12, 1e13]);
  expect([940, 1368, 203_904, 2_097_152, 15e12].map(short)).toEqual([
    "940",
    "1.4 k",
    "204 k",
    "2.1 M",
    "15 trillion"
  ]);
});
