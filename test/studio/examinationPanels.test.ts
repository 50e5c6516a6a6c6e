// @vitest-environment jsdom
import {beforeEach, expect, test, vi} from "vitest";
import {firstTokens, measureHeldOut} from "../../src/components/evaluation/heldOut.js";
import {lossOf} from "../../src/components/evaluation/loss.js";
import {PreparedTexts} from "../../src/components/evaluation/preparedTexts.js";
import {createRandom} from "../../src/components/random.js";
import type {Examination, ExaminationState} from "../../src/components/studio/examination.js";
import {smoothed} from "../../src/components/studio/panels/heldOutFigures.js";
import {heldOutPanel} from "../../src/components/studio/panels/heldOutPanel.js";
import {samplePanel} from "../../src/components/studio/panels/samplePanel.js";
import type {Studio} from "../../src/components/studio/studio.js";
import {formatFixed} from "../../src/components/views/format.js";
import {fakeModel} from "../fixtures/fakeModel.js";

const random = createRandom(6);
const model = {model: fakeModel(), own: false, mismatch: null, opening: ""};
const train = Uint16Array.from({length: 300}, () => random.integer(7));
const val = Uint16Array.from({length: 90}, () => random.integer(7));
const prepared = new PreparedTexts(
  {tokenizer: model.model.tokenizer.toJSON(), train, val, stories: false},
  model.model.tokenizer
);
const empty: ExaminationState = {part: "heldOut", work: null, heldOut: null, sample: null, problem: null};

const asked = {measure: vi.fn(), write: vi.fn(), stop: vi.fn()};
const examination = asked as unknown as Examination;
beforeEach(() => void vi.clearAllMocks());

const button = (node: Element, name: string) =>
  [...node.querySelectorAll("button")].find(({textContent}) => textContent === name)!;

test("the held-out text is asked for once a model is there, with the stride and the amount chosen", () => {
  const panel = heldOutPanel(examination);
  const start = button(panel, "Measure the held-out text");
  expect(start.disabled).toBe(true);
  panel.update({...empty, model});
  expect(start.disabled).toBe(false);
  const [stride, amount] = [...panel.querySelectorAll("select")];
  expect([...stride!.options].map(({value}) => value)).toEqual(["1", "2", "4", "8"]);
  start.click();
  expect(asked.measure).toHaveBeenLastCalledWith({stride: 4, tokens: 8192});
  amount!.value = "0";
  stride!.value = "8";
  start.click();
  expect(asked.measure).toHaveBeenLastCalledWith({stride: 8, tokens: Number.POSITIVE_INFINITY});
});

test("what is under way has a bar, its time and a way to stop", () => {
  const panel = heldOutPanel(examination);
  const pace = {done: 1200, total: 8192, secondsLeft: 12};
  panel.update({...empty, work: {label: "Predicting", pace, unit: "characters"}, model});
  expect(panel.querySelector(".progress-text")!.textContent).toBe("1,200 of 8,192 characters · 12 s left");
  expect(button(panel, "Measure the held-out text").disabled).toBe(true);
  button(panel, "Stop").click();
  expect(asked.stop).toHaveBeenCalledOnce();
  panel.update({...empty, problem: "That could not be measured: no.", model});
  expect(panel.querySelector<HTMLElement>(".work-line")!.hidden).toBe(true);
  expect(panel.querySelector("[role=alert]")!.textContent).toBe("That could not be measured: no.");
});

test("the results are the report's numbers, each figure with its text", async () => {
  const text = firstTokens(prepared.heldOut, 60);
  const report = await measureHeldOut(model.model, text, {stride: 4});
  const baselines = prepared.baselines(60);
  const heldOut = {name: "letters", own: true, stride: 4, complete: true, report, text, baselines};
  const panel = heldOutPanel(examination);
  panel.update({...empty, heldOut, model});
  const rows = [...panel.querySelectorAll("tbody tr")].map((row) =>
    [...row.children].map(({textContent}) => textContent)
  );
  const shown = (name: string) => rows.find(([first]) => first === name)!.slice(-3);
  const {nats, perplexity, bitsPerCharacter} = report.loss;
  expect(shown("The model, stride 4")).toEqual([
    formatFixed(bitsPerCharacter, 3),
    formatFixed(perplexity, 2),
    formatFixed(nats, 4)
  ]);
  expect(shown("5-gram")[2]).toBe(formatFixed(baselines[4]!.nats, 4));
  expect(shown("A blind guess")[2]).toBe(formatFixed(lossOf(60 * Math.log(7), 60, 60).nats, 4));
  expect(panel.querySelector(".examination-reading")!.textContent).toContain("60 characters of letters");
  for (const chart of panel.querySelectorAll("svg"))
    expect(chart.getAttribute("aria-label")).toMatch(/ against /);
  expect(panel.querySelector(".calibration details table")!.querySelectorAll("tbody tr")).toHaveLength(15);
  expect(panel.querySelector<HTMLElement>(".divergence")!.hidden).toBe(true);
});

test("late places are averaged over runs that grow, early ones are not", () => {
  const points = smoothed(Float64Array.from({length: 64}, (_, i) => (i === 3 ? Number.NaN : i)));
  expect(points.slice(0, 4)).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
    [5, 4]
  ]);
  const [seen, nats] = points.at(-1)!;
  expect(nats).toBeCloseTo(seen - 1, 9);
  expect(points.length).toBeLessThan(25);
});

test("a sample is written under the sliders, and shown as text beside the held-out text", () => {
  const settings = {temperature: 0.7, topK: 5, topP: 0.9, minP: 0.1, seed: 3};
  const panel = samplePanel(examination, {state: {settings}} as unknown as Studio);
  panel.update({...empty, model});
  button(panel, "Write and examine").click();
  const {seed, ...options} = settings;
  expect(asked.write).toHaveBeenLastCalledWith({tokens: 1000, options, seed});
  const text = prepared.compare("abcabcabcabc");
  const sample = {text: "<b>abc", tokens: 12, complete: false, options, ...text};
  panel.update({...empty, sample, model});
  expect(panel.querySelector(".examination-reading")!.textContent).toMatch(
    /^Stopped after 12 characters, at temperature 0\.70, top-k 5, top-p 0\.90, min-p 0\.10\./
  );
  expect(panel.querySelector("mark")!.textContent).toBe(text.sample.copy.text);
  expect(panel.querySelector(".sample-text")!.textContent).toBe("<b>abc");
  expect(panel.querySelector("q")!.textContent).toBe("abcabcabcabc");
  panel.update({...empty, part: "sample", sample, problem: "No.", model});
  expect(panel.querySelector("[role=alert]")!.textContent).toBe("No.");
  panel.update({...empty, sample, problem: "Of the other.", model});
  expect(panel.querySelector<HTMLElement>("[role=alert]")!.hidden).toBe(true);
});
