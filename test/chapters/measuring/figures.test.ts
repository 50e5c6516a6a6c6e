// @vitest-environment jsdom
import {describe, expect, test} from "vitest";
import {measuringChapter} from "../../../src/components/chapters/measuring/chapter.js";
import {copyQuestion, marksOf, measuringFacts} from "../../../src/components/chapters/measuring/facts.js";
import type {MeasuringPage} from "../../../src/components/chapters/measuring/measuringPage.js";
import {probabilityStrips} from "../../../src/components/chapters/measuring/probabilityStrips.js";
import {bestOrder} from "../../../src/components/chapters/measuring/recitalFigure.js";
import {formatFixed, formatPercent} from "../../../src/components/views/format.js";
import {foreignPage, storyPage} from "./page.js";

const stories = (await storyPage()).page;
const foreign = (await foreignPage()).page;
const texts = (node: Element, selector: string) =>
  [...node.querySelectorAll(selector)].map(({textContent}) => textContent);

describe("the first figure", () => {
  test("begins where the model is farthest from the truth, and follows the keyboard", () => {
    const {truth: node} = measuringChapter(stories);
    const {places} = stories.passages[0]!;
    const farthest = Math.max(...places.map(({truth}) => truth!.divergence));
    const options = [...node.querySelectorAll<HTMLElement>("[role=option]")];
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    expect(places[at]!.truth!.divergence).toBe(farthest);
    options[3]!.dispatchEvent(new FocusEvent("focusin", {bubbles: true}));
    expect(texts(node, ".stats dd")[2]).toBe(
      `${formatFixed(places[3]!.truth!.divergence / Math.LN2, 2)} bits`
    );
    options[3]!.dispatchEvent(new FocusEvent("focusout", {bubbles: true}));
    expect(texts(node, ".stats dd")[2]).toBe(`${formatFixed(farthest / Math.LN2, 2)} bits`);
  });

  test("shows another passage, with its means", () => {
    const {truth: node} = measuringChapter(stories);
    const radios = node.querySelectorAll<HTMLInputElement>("input[type=radio]");
    radios[2]!.checked = true;
    radios[2]!.dispatchEvent(new Event("change"));
    const {places} = stories.passages[2]!;
    expect(node.querySelectorAll("[role=option]")).toHaveLength(places.length);
    const mean = places.reduce((sum, {truth}) => sum + truth!.divergence, 0) / places.length;
    expect(node.querySelector(".figure-note")!.textContent).toContain(`KL ${formatFixed(mean, 3)}.`);
  });

  test("has one distribution where nobody knows the truth, and says so", () => {
    const {truth: node} = measuringChapter(foreign);
    expect(texts(node, ".paired-bars thead th")).toEqual(["Next", "the model"]);
    expect(texts(node, ".stats dt")).toEqual(["Surprise of the model"]);
    expect(node.querySelector(".strips-truth")).toBeNull();
    expect(node.querySelector(".figure-note")!.textContent).toContain("Nobody knows");
  });
});

test("the strips have a bar for each place, and the pointer finds it", () => {
  const pointed: number[] = [];
  const strips = probabilityStrips(
    {model: [1, 0.5, 0], truth: null, at: 0},
    {label: "test", onPoint: (at) => pointed.push(at)}
  );
  expect(strips.querySelector(".strips-model")!.getAttribute("d")!.match(/M/g)).toHaveLength(3);
  // 640 pixels, 46 of them for the names.
  for (const clientX of [10, 47, 46 + 250, 46 + 590])
    strips.dispatchEvent(new MouseEvent("pointermove", {clientX}));
  expect(pointed).toEqual([0, 1, 2]);
  const drawn = strips.querySelector("path");
  strips.update({model: [1, 0.5, 0], truth: [1, 1, 1], at: 1});
  expect(strips.querySelector("path")).not.toBe(drawn);
  expect(strips.querySelector(".strips-truth")).not.toBeNull();
});

describe("the ruler", () => {
  test("marks every model, and its buttons set the slider", () => {
    const {ruler: node} = measuringChapter(stories);
    const marks = marksOf(stories);
    expect(marks.map(({letter}) => letter)).toEqual(["B", "U", "2", "3", "4", "5", "M", "F"]);
    expect(texts(node, ".ruler-mark text")).toEqual(marks.map(({letter}) => letter));
    const [blind] = node.querySelectorAll("button");
    blind!.click();
    const V = stories.model.vocabSize;
    expect(texts(node, ".stats dd")).toEqual([
      formatFixed(Math.log(V), 3),
      formatFixed(Math.log2(V), 3),
      formatFixed(V, 2)
    ]);
    expect(node.querySelector("[role=status]")!.textContent).toContain("B, blind guess");
  });

  test("has no floor where there is none", () => {
    expect(marksOf(foreign).map(({letter}) => letter)).not.toContain("F");
  });
});

test("the longest n-gram has the order that was counted", () => {
  const shorter = {...stories, baselines: stories.baselines.slice(0, 3)};
  const {baselines, positions} = measuringChapter(shorter);
  expect(texts(baselines, "tbody th")).toContain("Trigram");
  expect(texts(baselines, "tbody th").join()).not.toContain("-gram");
  expect(positions.textContent).toContain("3, the trigram");
  expect([...positions.querySelectorAll(".line-mark")].map(({textContent}) => textContent)).toContain("3");
});

test("the recorded figures have the report's numbers", () => {
  const {baselines, positions, calibration} = measuringChapter(stories);
  const own = baselines.querySelector(".loss-own")!;
  expect(texts(own, ".number")[2]).toBe(formatFixed(stories.report.loss.nats, 4));
  expect(texts(baselines, "tbody th")).toContain("5-gram");
  expect(positions.textContent).toContain("5, the 5-gram");
  expect(positions.querySelector("svg")!.getAttribute("aria-label")).toContain("against");
  expect(calibration.textContent).toContain(
    `expected calibration error ${formatPercent(stories.report.calibration.top.expectedError)}`
  );
});

test("the slider of what is learnt by heart shows each table's text with its copies", () => {
  const {recital: node} = measuringChapter(stories);
  const slider = node.querySelector<HTMLInputElement>("input")!;
  for (const rung of stories.memory.rungs) {
    slider.value = String(rung.order);
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    expect(node.querySelector(".recital-text")!.textContent).toBe(
      rung.sample.pieces.map(({text}) => text).join("")
    );
    expect(texts(node, "mark")).toEqual(
      rung.sample.pieces.filter(({copied}) => copied).map(({text}) => text)
    );
    expect(node.querySelector("[role=status]")!.textContent).toMatch(
      rung.order === bestOrder(stories.memory.rungs) ? /the best of them/ : new RegExp(`^n = ${rung.order}:`)
    );
  }
});

test("copies are marked when the reader has guessed", () => {
  const {copies, prediction} = measuringChapter(stories);
  const written = stories.memory.sample.pieces.map(({text}) => text).join("");
  const [own] = texts(copies, ".recital-text");
  expect([own, texts(copies, ".figure-reading")[0]]).toEqual([written, ""]);
  prediction.querySelector("input")!.dispatchEvent(new Event("change"));
  prediction.querySelector("button")!.click();
  expect(texts(copies, ".figure-reading")[1]).toContain(`the longest has ${stories.memory.heldOut.longest}`);
  expect(texts(copies, ".recital-text")[0]).toBe(written);
  const marked = [...stories.memory.sample.pieces, ...stories.memory.heldOut.pieces];
  expect(texts(copies, "mark")).toEqual(marked.filter(({copied}) => copied).map(({text}) => text));
});

describe("what the prose says", () => {
  test("is of the report", () => {
    const facts = measuringFacts(stories);
    const {divergence, loss} = stories.report;
    expect(facts.truth).toContain(`the loss is ${formatFixed(loss.nats, 4)}, `);
    expect(facts.truth).toContain(`the mean KL ${formatFixed(divergence!.divergence, 4)}.`);
    expect(facts.ngrams).toMatch(/^The model does not beat/); // it knows pairs only
    const {excess} = stories.memory.trained!.divergence!;
    expect(facts.gap).toContain(`${formatFixed(Math.abs(excess.nats) / excess.error, 1)} standard errors`);
    expect(facts.gap).toContain("nothing shows that it has learnt the text by heart"); // pairs are no text
    const {rungs} = stories.memory;
    expect(facts.learnt).toContain(`lowest at n = ${bestOrder(rungs)}`);
    expect(facts.learnt).toContain(`${formatPercent(rungs.at(-1)!.sample.share)} stands word for word`);
    expect(facts.blind).toBe(formatFixed(Math.log(stories.model.vocabSize), 3));
    expect(facts.prompt).toBe(`${stories.model.blockSize} characters`); // fewer than 64
    expect(measuringFacts(foreign).truth).toMatch(/^Nobody knows/);
    expect(measuringFacts(foreign).gap).toContain("another text");
  });

  test("holds the model against the best n-gram, whichever that is", () => {
    const [unigram, bigram, trigram] = stories.baselines;
    const page = {...stories, baselines: [bigram!, trigram!, unigram!]};
    expect(measuringFacts(page).ngrams).toContain(
      `the best of them, the bigram: ${formatFixed(stories.report.loss.nats, 3)} nats against ${formatFixed(trigram!.nats, 3)}.`
    );
  });

  test("names the bin that is farthest off, of those that are no chance", () => {
    const bin = (count: number, confidence: number, accuracy: number) => ({
      from: 0,
      to: 1,
      count,
      confidence,
      accuracy
    });
    const {calibration} = stories.report;
    const top = {expectedError: 0.02, bins: [bin(19, 0.1, 0.9), bin(40, 0.3, 0.5), bin(900, 0.9, 0.8)]};
    const report = {...stories.report, calibration: {...calibration, top}};
    const words = measuringFacts({...stories, report}).calibration;
    expect(words).toContain("holds 40, given 30.0% on average; 50.0% of them came true");
    expect(words).toContain("too timid");
  });

  test("answers by how long the copies are", () => {
    const answer = (own: number, heldOut: number) => {
      const memory = {...stories.memory};
      memory.sample = {...memory.sample, longest: own};
      memory.heldOut = {...memory.heldOut, longest: heldOut};
      return copyQuestion({...stories, memory} as MeasuringPage).right;
    };
    expect([answer(30, 80), answer(60, 80), answer(160, 80), answer(161, 80)]).toEqual([0, 1, 1, 2]);
  });
});

test("a model worse than a blind guess still stands on the ruler", () => {
  const worse = {...stories, report: {...stories.report, loss: {...stories.report.loss, nats: 7}}};
  const {ruler: node} = measuringChapter(worse);
  const marks = [...node.querySelectorAll(".ruler-mark text")].map((mark) => Number(mark.getAttribute("x")));
  const width = Number(node.querySelector("svg")!.getAttribute("width"));
  for (const x of marks) expect(x).toBeLessThan(width);
  expect(texts(node, ".stats dd")[0]).toBe("7.000");
});
