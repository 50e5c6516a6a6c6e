// @vitest-environment jsdom
import {expect, it} from "vitest";
import {batchFigure} from "../../../src/components/chapters/bigram/batchFigure.js";
import {neuralBigramModel} from "../../../src/components/chapters/bigram/bigramRuns.js";
import {bigramFigures} from "../../../src/components/chapters/bigram/figures.js";
import {learningFigure} from "../../../src/components/chapters/bigram/learningFigure.js";
import {
  countNeighbours,
  packCounts,
  rowDistribution
} from "../../../src/components/chapters/bigram/pairCounts.js";
import {pairPixels} from "../../../src/components/chapters/bigram/pairMap.js";
import type {BigramTrace} from "../../../src/components/chapters/bigram/trace.js";
import {writerFigure} from "../../../src/components/chapters/bigram/writerFigure.js";
import {writeRecording} from "../../../src/components/exchange/recording.js";
import type {ExperimentReport} from "../../../src/components/experiment/protocol.js";
import {initialise} from "../../../src/components/model/initialise.js";
import {createRandom} from "../../../src/components/random.js";
import {withoutCanvas} from "../../views/canvasless.js";

withoutCanvas();

const vocabulary = ["a", "b", "c", "<"];
const tokens = [0, 1, 2, 0, 1, 2, 0, 2, 1, 0, 1];
const V = vocabulary.length;
const config = {...neuralBigramModel, nEmbd: 4, vocabSize: V};
const start = initialise(config, createRandom(1));
const trace: BigramTrace = {
  corpus: {name: "test", isSite: true, train: 11, val: 4, floor: null},
  vocabulary,
  lengths: [{characters: 11, counts: packCounts(countNeighbours(tokens, V))}],
  heldOut: packCounts(countNeighbours([0, 1, 2, 0], V)),
  passage: "abcabcacbab",
  window: {text: "abc", seed: 1, models: [{name: "x", forced: [], free: []}]},
  recorded: {
    config,
    steps: [0],
    checkpoints: Buffer.from(writeRecording(config, [start])).toString("base64"),
    losses: []
  },
  ladder: [{name: "x", sees: "nothing", loss: 1}],
  samples: [{name: "x", text: "<b>bold</b>"}],
  sampling: {seed: 1, prompt: "a"}
};
const urls = {metaUrl: "m", trainUrl: "t", valUrl: "v"};
const pairs = countNeighbours(tokens, V);
const click = (node: HTMLElement, name: string) =>
  [...node.querySelectorAll("button")].find((button) => button.textContent === name)!.click();

it("writes only what has followed, and stops where nothing ever did", () => {
  const rows: number[] = [];
  const node = writerFigure({pairs, vocabulary, start: 0, onRow: (id) => rows.push(id)});
  click(node, "Draw 60");
  const written = [...node.querySelectorAll(".token")].map((token) => vocabulary.indexOf(token.textContent!));
  expect(written.length).toBe(61);
  for (let i = 1; i < written.length; i++)
    expect(pairs.counts[written[i - 1]! * V + written[i]!]).toBeGreaterThan(0);
  expect(rows.at(-1)).toBe(written.at(-1));
  const box = node.querySelector("input")!;
  box.value = "<";
  box.dispatchEvent(new Event("input"));
  expect(node.querySelector(".figure-reading")!.textContent).toMatch(/Nothing ever followed ‘<’/);
  expect(node.querySelector<HTMLButtonElement>(".button-primary")!.disabled).toBe(true);
  box.value = "z";
  box.dispatchEvent(new Event("input"));
  expect(node.querySelector(".writer-remark")!.textContent).toContain("has no ‘z’");
});

it("colours a pair by its probability, with the page's colour below 0.01%", () => {
  const ramp = Uint32Array.from([10, 11, 12]);
  const pixels = pairPixels([0, 1, 0.25, 0.00001], 2, {ramp, paper: 7, side: 2});
  expect([...pixels]).toEqual([7, 7, 12, 12, 7, 7, 12, 12, 11, 11, 7, 7, 11, 11, 7, 7]);
});

it("links the figures of the chapter, and shows samples as text", () => {
  const {figures, facts: count} = bigramFigures(trace, urls);
  const facts = count();
  expect(facts).toMatchObject({V, kinds: 5 + 1, batchSize: 32});
  click(figures.writer, "Draw one");
  const last = [...figures.writer.querySelectorAll(".token")].at(-1)!.textContent!;
  const titles = [...figures.counting.querySelectorAll(".figure-title")].map((title) => title.textContent);
  expect(titles.at(-1)).toContain(`beginning with ‘${last}’`);
  expect(figures.ladder.querySelector(".ladder-sample")!.textContent).toBe("<b>bold</b>");
  expect(figures.ladder.querySelector("b")).toBeNull();
});

it("draws windows of a passage and lights what is pointed at", () => {
  const node = batchFigure({passage: [...trace.passage], vocabulary});
  const cell = node.querySelector("td")!;
  cell.dispatchEvent(new FocusEvent("focusin", {bubbles: true}));
  expect(node.querySelectorAll("td.lit").length).toBe(2);
  expect(node.querySelector(".figure-reading")!.textContent).toMatch(/^Window 1, place 1/);
  expect(node.querySelectorAll(".token-lit").length).toBe(10);
});

it("shows the reader's run, says why it failed, and goes back to the recorded one", async () => {
  let report: (report: ExperimentReport) => void = () => {};
  const counts = {pairs, heldOut: countNeighbours([0, 1, 2, 0], V)};
  const table = new Float64Array(V * V).fill(1 / V);
  const recorded = {losses: [], tables: [{step: 0, table, train: Math.log(V), heldOut: Math.log(V)}]};
  const node = learningFigure({
    vocabulary,
    ...counts,
    smoothing: 0.01,
    recorded,
    selected: {row: 0, column: 1},
    corpus: async () => ({kind: "built", ...urls}),
    experiments: {
      run(_, onReport) {
        report = onReport;
      },
      stop() {},
      dispose() {}
    }
  });
  click(node, "Train one here");
  await Promise.resolve();
  report({id: 1, type: "started", config, adapter: "wasm", tokenizer: {} as never, text: {} as never});
  report({id: 1, type: "parameters", step: 0, parameters: start});
  report({id: 1, type: "parameters", step: 20, parameters: initialise(config, createRandom(2))});
  expect(node.textContent).toContain("Learned, after 20 steps");
  report({id: 1, type: "failed", message: "The engine was lost."});
  await new Promise((resolve) => setTimeout(resolve));
  expect(node.querySelector("[role=alert]")!.textContent).toContain("The engine was lost.");
  click(node, "Reset");
  expect(node.textContent).toContain("Learned, after 0 steps");
  expect(node.querySelector("[role=alert]")).toBeNull();
  expect(rowDistribution(table, V, 0).kept).toBe(V);
});
