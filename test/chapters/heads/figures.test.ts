// @vitest-environment jsdom
import {beforeEach, describe, expect, it, vi} from "vitest";
import {expectation, together} from "../../../src/components/chapters/heads/candidateTable.js";
import {
  habitList,
  headsChapter,
  headsNumbers,
  whereItCosts
} from "../../../src/components/chapters/heads/chapter.js";
import {habits} from "../../../src/components/chapters/heads/habits.js";
import {
  bestHead,
  habitOf,
  habitSentence,
  headSentence,
  readHeadsPage
} from "../../../src/components/chapters/heads/headFacts.js";
import {packLine, unpackLine} from "../../../src/components/chapters/heads/headLine.js";
import type {HeadReader} from "../../../src/components/chapters/heads/headReader.js";
import type {HeadsPage} from "../../../src/components/chapters/heads/headsPage.js";
import {headsPrediction} from "../../../src/components/chapters/heads/headsPrediction.js";

const files = {model: "model.onnx", tokenizer: "tokenizer.json"};
const N = habits.length;
const gap = habits.findIndex(({key}) => key === "gap");
const closing = habits.findIndex(({key}) => key === "closing");
const recent = habits.findIndex(({key}) => key === "recent");

/** Two layers of two heads over "ab". Head 2 has a clear habit, head 3 a partial one; head 0 costs most. */
function page(): HeadsPage {
  const weights = new Array(4 * N).fill(0.1);
  weights[2 * N + gap] = 0.7;
  weights[3 * N + recent] = 0.3;
  for (let head = 0; head < 4; head++) weights[head * N + closing] = null;
  const even = new Array(N).fill(0.08);
  even[closing] = null;
  const next = [
    [
      {token: "a", probability: 0.9},
      {token: "b", probability: 0.1}
    ],
    [
      {token: "b", probability: 0.6},
      {token: "a", probability: 0.4}
    ]
  ];
  const line = {
    tokens: ["a", "b"],
    attention: Float32Array.from(Array.from({length: 4}, () => [1, 0, 0.25, 0.75]).flat()),
    losses: [Number.NaN, 0.5],
    next
  };
  return {
    measured: {
      model: {nLayer: 2, nHead: 2, nKvHead: 2, nEmbd: 4, causal: true},
      unit: "character",
      text: {name: "test", windows: 2, length: 8},
      scores: {weights, even, places: new Array(N).fill(5)},
      costs: {
        windows: 1,
        tokens: 7,
        loss: 1,
        rises: [0.9, 0.2, 0.01, -0.02],
        risesAt: new Array(4 * N).fill(0.1),
        allSilenced: 5,
        oneALayer: 3
      },
      line: packLine(line, {heads: 4, causal: true, candidates: 2}),
      split: {
        layer: 0,
        tokens: ["a", "b"],
        nHead: 2,
        headWidth: 2,
        values: [1, 2, 3, 4, 5, 6, 7, 8],
        weights: [1, 0, 0.25, 0.75, 1, 0, 0.5, 0.5],
        mixed: [1, 2, 3, 4, 4, 5, 5, 6],
        contributions: [1, 0, 0, 0, 0, 2, 0, 0],
        bias: [0, 0, 0, 0.5]
      }
    }
  };
}
const measured = () => readHeadsPage(JSON.parse(JSON.stringify(page())))!;
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const pressed = (node: Element) =>
  [...node.querySelectorAll(".head-switch")].map((button) => button.getAttribute("aria-pressed"));
const named = (node: Element, name: string) =>
  [...node.querySelectorAll("button")].find(({textContent}) => textContent === name)!;

beforeEach(() => {
  vi.stubGlobal("ResizeObserver", undefined);
});

describe("what is said of heads", () => {
  it("names a habit only where the numbers do", () => {
    expect(habitOf(measured(), 2)).toMatchObject({strength: "clear", weight: 0.7});
    expect(habitOf(measured(), 3)).toMatchObject({strength: "partial"});
    expect(habitOf(measured(), 0)).toBeNull();
    expect(bestHead(measured(), closing)).toBeNull();
  });

  it("says so where no head does a thing, and where nothing was counted", () => {
    expect(habitSentence(measured(), gap)).toBe(
      "Layer 2, head 1 does: 70.0%, where even attention gives 8.0%."
    );
    expect(habitSentence(measured(), recent)).toMatch(/^Layer 2, head 2 does in part: 30.0%/);
    expect(habitSentence(measured(), closing)).toMatch(/no place/);
    expect(habitSentence(measured(), 0)).toMatch(
      /^No head does this\. The nearest is layer 1, head 1, with 10\.0%/
    );
    const leaning = measured();
    leaning.scores.weights[2 * N] = 0.2;
    leaning.scores.even[0] = 0.02;
    expect(habitSentence(leaning, 0)).toBe(
      "No head does this. Layer 2, head 1 has the strongest leaning: 20.0%, where even attention gives 2.0%."
    );
    expect(headSentence(measured(), 3)).toMatch(/^Layer 2, head 2 gives 30\.0% of its attention to/);
    // What the reader is asked to predict is not told before.
    expect(headSentence(measured(), 3)).not.toContain("loss");
  });

  it("asks which head costs most, and knows", () => {
    const {choices, right, because} = headsPrediction(measured());
    expect(choices[right]).toBe("Layer 1, head 1: no habit of the table");
    expect(because).toContain("rises by 0.900 nats");
  });

  it("writes a list, a table and numbers", () => {
    expect(habitList(measured()).querySelectorAll("dt")).toHaveLength(N);
    expect(whereItCosts(measured()).querySelectorAll("tbody tr")).toHaveLength(2);
    expect(headsNumbers(measured())).toMatchObject({heads: 4, D: 2, sum: "1.09", allRise: "4.00"});
  });
});

describe("a packed line", () => {
  it("comes back", () => {
    const line = unpackLine(page().measured!.line);
    expect([...line.attention.slice(4, 8)].map((x) => x.toFixed(3))).toEqual([
      "1.000",
      "0.000",
      "0.250",
      "0.750"
    ]);
    expect([...(line.losses as number[])]).toEqual([Number.NaN, 0.5]);
  });
});

describe("the candidates with and without", () => {
  const heard = [
    {token: "a", probability: 0.9},
    {token: "b", probability: 0.1}
  ];
  const quiet = [
    {token: "b", probability: 0.8},
    {token: "c", probability: 0.15},
    {token: "a", probability: 0.05}
  ];

  it("are listed by the larger probability", () => {
    expect(together(heard, quiet)).toEqual(["a", "b", "c"]);
  });
  it("are told in a sentence", () => {
    expect(expectation({title: "", heard, quiet, follows: "a"})).toBe(
      "At the chosen place the likeliest was ‘a’ with 90.0% and is now ‘b’ with 80.0%. What follows, ‘a’, went from 90.0% to 5.0%."
    );
  });
});

describe("the chapter", () => {
  function open(read: HeadReader["read"]) {
    const reader = {read: vi.fn(read), dispose: vi.fn()};
    const opened = vi.fn(async () => reader);
    return {chapter: headsChapter(JSON.parse(JSON.stringify(page())), files, opened)!, reader, opened};
  }
  const quiet = {
    ...unpackLine(page().measured!.line),
    losses: [Number.NaN, 2],
    next: [[{token: "b", probability: 1}], [{token: "b", probability: 1}]]
  };
  const heard = unpackLine(page().measured!.line);

  it("loads nothing before a head is pressed, then reads with and without it", async () => {
    const {chapter, reader, opened} = open(async (_, silenced) => ({
      line: silenced.length > 0 ? quiet : heard,
      remarks: []
    }));
    expect(opened).not.toHaveBeenCalled();
    const figure = chapter.silencing;
    (figure.querySelectorAll(".head-switch")[2] as HTMLElement).click();
    await settled();
    expect(reader.read.mock.calls.map(([text, silenced]) => [text, silenced])).toEqual([
      ["ab", []],
      ["ab", [{layer: 1, head: 0}]]
    ]);
    expect(pressed(figure)).toEqual(["false", "false", "true", "false"]);
    expect(figure.querySelector(".stats")!.textContent).toContain("+1.500");
    expect(figure.querySelector(".token-marked")!.textContent).toBe("b");
    named(figure, "Hear all again").click();
    await settled();
    expect(pressed(figure)).toEqual(["false", "false", "false", "false"]);
    expect(figure.querySelector(".token-marked")).toBeNull();
    chapter.dispose();
    await settled();
    expect(reader.dispose).toHaveBeenCalled();
  });

  it("silences the costliest by name", async () => {
    const {chapter} = open(async () => ({line: heard, remarks: []}));
    named(chapter.silencing, "Silence the costliest").click();
    await settled();
    expect(pressed(chapter.silencing)).toEqual(["true", "false", "false", "false"]);
  });

  it("says what went wrong and keeps what was shown", async () => {
    const {chapter} = open(async () => {
      throw new Error("The file is damaged.");
    });
    (chapter.silencing.querySelector(".head-switch") as HTMLElement).click();
    await settled();
    expect(chapter.silencing.textContent).toContain("The model could not answer: The file is damaged.");
    expect(pressed(chapter.silencing)).toEqual(["false", "false", "false", "false"]);
  });

  it("begins with the head of the clearest habit, and follows the arrow keys", () => {
    const {chapter} = open(async () => ({line: heard, remarks: []}));
    const checked = () =>
      chapter.heads.querySelector(".habit[aria-checked=true]")!.getAttribute("aria-label");
    expect(checked()).toBe("layer 2, head 1: gap");
    chapter.heads
      .querySelector(".habit-grid")!
      .dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true}));
    expect(checked()).toBe("layer 2, head 2: (a few back)");
    expect(chapter.heads.querySelector(".heads-sentence")!.textContent).toContain("30.0%");
  });

  it("walks through the split", () => {
    const {chapter} = open(async () => ({line: heard, remarks: []}));
    const shape = () => chapter.split.querySelector(".split-shape")!.textContent;
    const seen = [shape()];
    for (let i = 0; i < 6; i++) {
      named(chapter.split, "Next").click();
      seen.push(shape());
    }
    expect(seen).toEqual([
      "[1, 2, 4]",
      "[1, 2, 2, 2]",
      "[1, 2, 2, 2]",
      "[1, 2, 2, 2]",
      "[1, 2, 2, 2]",
      "[1, 2, 4]",
      "[1, 2, 4]"
    ]);
    const details = chapter.split.querySelector("details")!;
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
    expect(chapter.split.querySelector("tbody tr:last-child")!.textContent).toBe("sum1.0002.0000.0000.500");
  });

  it("is not there for a model without heads", () => {
    expect(headsChapter({measured: null}, files)).toBeNull();
  });
});
