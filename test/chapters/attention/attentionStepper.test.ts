// @vitest-environment jsdom
import {expect, it} from "vitest";
import {attentionStepper, STEPS} from "../../../src/components/chapters/attention/attentionStepper.js";
import {attentionPrediction} from "../../../src/components/chapters/attention/prediction.js";
import {press} from "../../views/canvasless.js";
import {model, randomTrace} from "./traces.js";

const tokens = [..."She ran."];
const T = tokens.length;
const D = model.nEmbd / model.nHead;
const start = {layer: 1, head: 0, query: 5, key: 2};
const trace = randomTrace(tokens);
const figure = () => {
  const node = attentionStepper({trace, start});
  document.body.replaceChildren(node);
  return node;
};
type Node = ReturnType<typeof figure>;
const number = (text: string | null) => Number(text!.replace("−", "-"));
const pane = (node: Node) => node.querySelector<HTMLElement>(".step-pane:not([hidden])")!;
/** The numbers of a matrix that is shown, by the beginning of its title. */
function shown(node: Node, title: string): number[] {
  const matrix = [...pane(node).querySelectorAll(".matrix")].find((matrix) =>
    matrix.querySelector(".figure-title")!.textContent!.startsWith(title)
  )!;
  return [...matrix.querySelectorAll("td")].map((cell) => number(cell.title || cell.textContent));
}
const choose = (node: Node, key: string) => {
  const radios = [...node.querySelectorAll<HTMLInputElement>(".steps input")];
  radios[STEPS.findIndex((step) => step.key === key)]!.click();
};

it("shows queries, keys and values that recombine to the weights and the output shown", () => {
  const node = figure();
  choose(node, "project");
  const [q, k, v] = ["Queries", "Keys", "Values"].map((title) => shown(node, title)) as [
    number[],
    number[],
    number[]
  ];
  const weights = Array.from({length: T}, (_, i) => {
    const exponentials = Array.from({length: i + 1}, (_, j) => {
      let score = 0;
      for (let d = 0; d < D; d++) score += q[i * D + d]! * k[j * D + d]!;
      return Math.exp(score / Math.sqrt(D));
    });
    const sum = exponentials.reduce((a, b) => a + b);
    return exponentials.map((e) => e / sum);
  });
  choose(node, "softmax");
  const drawn = shown(node, "Weights");
  for (let i = 0; i < T; i++)
    for (let j = 0; j < T; j++)
      if (j > i) expect(drawn[i * T + j]).toBeNaN();
      else expect(Math.abs(drawn[i * T + j]! - weights[i]![j]!)).toBeLessThan(0.02);
  choose(node, "mix");
  const output = shown(node, "Output");
  for (let i = 0; i < T; i++)
    for (let d = 0; d < D; d++) {
      const expected = weights[i]!.reduce((sum, w, j) => sum + w * v[j * D + d]!, 0);
      expect(Math.abs(output[i * D + d]! - expected)).toBeLessThan(0.04);
    }
});

it("adds up the products it shows to the score it names", () => {
  const node = figure();
  choose(node, "product");
  const products = shown(node, "One query").slice(2 * D);
  const score = number(/Score (−?[\d.]+)\./.exec(node.querySelector(".figure-reading")!.textContent!)![1]!);
  expect(Math.abs(products.reduce((a, b) => a + b) - score)).toBeLessThan(0.01 * D);
});

it("steps forward and back, and begins again", () => {
  const node = figure();
  const [back, next, reset] = [...node.querySelectorAll<HTMLButtonElement>(".step-controls button")];
  const step = () => node.querySelector<HTMLInputElement>(".steps input:checked")!.value;
  expect([step(), back!.disabled]).toEqual(["0", true]);
  for (const _ of STEPS) next!.click();
  expect([step(), next!.disabled]).toEqual([String(STEPS.length - 1), true]);
  back!.click();
  expect(step()).toBe(String(STEPS.length - 2));
  const layer = node.querySelector("select")!;
  layer.value = "0";
  layer.dispatchEvent(new Event("change"));
  reset!.click();
  expect([step(), layer.value]).toEqual(["0", "1"]);
});

it("marks the query's row and the key's column, and follows the arrow keys", () => {
  const node = figure();
  choose(node, "scores");
  const lit = (which: string) =>
    [...pane(node).querySelectorAll<HTMLElement>(`td.lit-${which}`)].map((cell) => cell.dataset[which]);
  expect(new Set(lit("row"))).toEqual(new Set(["5"]));
  expect(new Set(lit("column"))).toEqual(new Set(["2"]));
  const cell = pane(node).querySelector<HTMLElement>("td[data-row='4'][data-column='4']")!;
  cell.focus();
  press(cell, "ArrowDown");
  expect(node.querySelector(".figure-reading")!.textContent).toMatch(/^Query: token 6 .*Key: token 5 /);
  const selected = [...node.querySelectorAll(".token[aria-selected=true]")].map((token) => token.textContent);
  expect(selected).toEqual(["a", "r"]);
});

it("keeps what was clicked when the pointer only passes", () => {
  const node = figure();
  choose(node, "scores");
  const cell = pane(node).querySelector<HTMLElement>("td[data-row='3'][data-column='1']")!;
  const reading = () => node.querySelector(".figure-reading")!.textContent;
  const before = reading();
  cell.dispatchEvent(new Event("pointerover", {bubbles: true}));
  expect(reading()).toMatch(/^Query: token 4 /);
  pane(node).querySelector("table")!.dispatchEvent(new Event("pointerleave"));
  expect(reading()).toBe(before);
});

it("tells no weight before it is computed", () => {
  const node = figure();
  for (const {key} of STEPS.slice(0, 6)) {
    choose(node, key);
    expect(node.querySelector(".figure-reading")!.textContent).not.toMatch(/Weight/);
    expect(node.querySelector("[data-step]")).toBeNull();
  }
  choose(node, "softmax");
  expect(node.querySelector(".figure-reading")!.textContent).toMatch(/Weight <?[\d.]+%/);
  expect(node.querySelector("[data-step]")).not.toBeNull();
});

it("says what a mask hides, and when there is none", () => {
  const node = figure();
  choose(node, "mask");
  const sentence = () => node.querySelector(".step-sentence")!.textContent;
  node.querySelectorAll<HTMLElement>(".by-key .token")[7]!.click();
  expect(sentence()).toMatch(/token 6 \(‘a’\) learns nothing of token 8 \(‘.’\)\.$/);
  node.update({trace: randomTrace(tokens, 1, {...model, causal: false}), start});
  expect(sentence()).toMatch(/trained without a causal mask/);
});

it("takes another line and keeps the head that was chosen", () => {
  const node = figure();
  node.update({trace: randomTrace(["<b>", " x", "y"], 3)});
  expect([...node.querySelectorAll("select")].map(({value}) => value)).toEqual(["1", "0"]);
  expect(node.querySelector("b")).toBeNull();
  for (const {key} of STEPS) choose(node, key);
  expect(node.querySelectorAll(".by-key .token").length).toBe(3);
});

it("asks for the token that gets most, among others that are seen", () => {
  const {question, choices, right, because} = attentionPrediction(trace, start);
  expect(question).toMatch(/^Layer 2, head 1 reads “She ran\.”\. Which .* of token 6 \(‘a’\)\?$/);
  expect(new Set(choices).size).toBe(4);
  const node = figure();
  choose(node, "softmax");
  const row = shown(node, "Weights").slice(5 * T, 5 * T + 6);
  const top = row.indexOf(Math.max(...row)) + 1;
  expect(choices[right]).toMatch(new RegExp(`^token ${top} `));
  expect(because).toMatch(new RegExp(`^It gets ${(100 * row[top - 1]!).toFixed(0).slice(0, 1)}`));
});
