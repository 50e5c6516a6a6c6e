// @vitest-environment jsdom
import {afterEach, beforeEach, expect, test, vi} from "vitest";
import type {LanguageModel} from "../../src/components/inference/languageModel.js";
import {attentionHeads, attentionLayers, type ModelConfig} from "../../src/components/model/config.js";
import type {StudioModel} from "../../src/components/studio/model.js";
import {attentionPanel} from "../../src/components/studio/panels/attentionPanel.js";
import {continuationPanel} from "../../src/components/studio/panels/continuationPanel.js";
import {distributionPanel} from "../../src/components/studio/panels/distributionPanel.js";
import {measureNumbers, surprisePanel} from "../../src/components/studio/panels/measurePanel.js";
import {modelPanel} from "../../src/components/studio/panels/modelPanel.js";
import {passageInput} from "../../src/components/studio/panels/passageInput.js";
import {promptInput} from "../../src/components/studio/panels/promptInput.js";
import {SettingsStore} from "../../src/components/studio/settings.js";
import {Studio} from "../../src/components/studio/studio.js";
import type {Tokenizer} from "../../src/components/text/tokenizer.js";
import {trainTokenizer} from "../../src/components/text/trainTokenizer.js";
import {wordPieceTokenizer} from "../../src/components/text/wordPieceTokenizer.js";
import type {RunSummary} from "../../src/components/training/snapshot.js";
import {fakeModel} from "../fixtures/fakeModel.js";
import {withoutCanvas} from "../views/canvasless.js";

let studios: Studio[] = [];
beforeEach(() => {
  withoutCanvas();
  studios = [];
});
afterEach(() => {
  for (const studio of studios) studio.dispose();
});

/** Attention in the shape that the configuration says, all of it on the last key of the window. */
function answering(changes: Partial<ModelConfig> = {}, tokenizer?: Tokenizer): LanguageModel {
  const inner = fakeModel({vocabSize: tokenizer?.vocabulary.length ?? 7, blockSize: 64});
  const config: ModelConfig = {...inner.config, ...changes};
  return {
    ...inner,
    config,
    tokenizer: tokenizer ?? inner.tokenizer,
    async trace(ids, options) {
      const trace = await inner.trace(ids, options);
      const maps = attentionLayers(config) * attentionHeads(config);
      if (!options?.attention || maps === 0) return trace;
      const T = ids.length;
      const attention = Float32Array.from({length: maps * T * T}, (_, i) => (i % T === T - 1 ? 1 : 0));
      return {...trace, attention};
    }
  };
}

/** A page with every panel, on one model, or on the reader's and the site's. */
async function page(model: LanguageModel, {own, prompt = "abc", passage = "abcabc"}: PageOptions = {}) {
  const settings = new SettingsStore(null, new EventTarget());
  settings.set({prompt, passage});
  const opened = (model: LanguageModel, own: boolean): StudioModel => ({
    model,
    own,
    mismatch: null,
    opening: ""
  });
  const studio = new Studio({
    site: {model: "", modelBytes: 1, tokenizer: "", run: "", corpusMeta: "", validation: ""},
    views: {steps: 3, attention: true, passage: true},
    settings,
    frame: (callback) => callback(),
    openers: {
      findOwnRun: async () => ({run: own ? ({step: 9} as RunSummary) : null, problem: null}),
      openOwnModel: async () => opened(own!, true),
      openShippedModel: async () => opened(model, false)
    }
  });
  studios.push(studio);
  const panels = [
    modelPanel(studio),
    promptInput(studio),
    passageInput(studio),
    continuationPanel(studio),
    distributionPanel(),
    attentionPanel(),
    measureNumbers(),
    surprisePanel()
  ];
  const node = document.createElement("main");
  node.append(...panels);
  studio.subscribe((state) => {
    for (const panel of panels) panel.update(state);
  });
  await studio.start();
  const text = (selector: string) => node.querySelector(selector)?.textContent ?? "";
  const settled = () =>
    vi.waitFor(() => {
      expect(text(".continuation-state")).toMatch(/^3 tokens written/);
      expect(text(".measure-numbers .figure-note")).toMatch(/^Over/);
      expect(text(".attention-state")).toMatch(/^(Up to date|The text has \d|This model)/);
    }, PATIENCE);
  await settled();
  return {node, settings, text, settled};
}
/** A machine that does other work besides may take its time. */
const PATIENCE = {timeout: 10_000};

interface PageOptions {
  own?: LanguageModel;
  prompt?: string;
  passage?: string;
}

test.each(["bigram", "neuralBigram", "mlp"] as const)(
  "%s has no attention, and says what it is",
  async (architecture) => {
    const {node, text} = await page(answering({architecture}));
    expect(text(".attention-state")).toMatch(
      /^This model, a .*, has no attention to show: .*characters before/
    );
    expect(node.querySelector(".attention-figure")).toBeNull();
    expect(text(".model-badge")).toMatch(/Answering: fake\. It is a /);
    expect([...node.querySelectorAll<HTMLElement>('[role="alert"]')].every(({hidden}) => hidden)).toBe(true);
  }
);

test("another model's attention goes when one answers that has none, and comes back", async () => {
  const {node, settings, text, settled} = await page(answering({architecture: "bigram"}), {own: answering()});
  expect(node.querySelector(".attention-figure")).not.toBeNull();
  settings.set({model: "shipped"});
  await vi.waitFor(() => expect(text(".attention-state")).toMatch(/has no attention/));
  expect(node.querySelector(".attention-figure")).toBeNull();
  settings.set({model: "own"});
  await vi.waitFor(() => expect(node.querySelector(".attention-figure")).not.toBeNull());
  await settled();
  expect(text(".model-badge")).toBe("◆ Answering: fake.");
});

test("every model that attends shows the heads it has", async () => {
  const heads = async (changes: Partial<ModelConfig>) =>
    (await page(answering(changes))).node.querySelectorAll('.head-buttons [role="radio"]').length;
  expect(await heads({architecture: "attention", nLayer: 3, nHead: 4})).toBe(1);
  expect(await heads({nLayer: 2, nHead: 4, nKvHead: 2})).toBe(8);
});

test("a model without a mask shows later tokens, and is said to have seen what it was to predict", async () => {
  const {node, text} = await page(answering({causal: false}));
  node.querySelector<HTMLElement>(".attention-figure .token")!.click();
  expect(text(".heat-map .figure-reading")).toMatch(/^Token 1, ‘a’, attends to token 6, ‘.’, 100%\./);
  expect(text(".model-badge")).toMatch(/trained seeing later characters/);
  expect(text(".measure-numbers .figure-note")).toMatch(/that is no prediction/);
});

test("a character model is spoken of in characters", async () => {
  const {text} = await page(answering({architecture: "mlp", windowSize: 4}));
  expect(text(".measure-numbers .figure-note")).toBe(
    "Over 5 characters, each predicted from the 4 before it."
  );
  expect(text(".measure-numbers tbody")).toMatch(/^Perplexity per character.*Characters cut to zero/);
});

test("a byte-pair model is spoken of in tokens, and its text is whole", async () => {
  const tokenizer = trainTokenizer("the cat the hat ".repeat(9), {kind: "byte-pair", vocabularySize: 262});
  const {node, text} = await page(answering({}, tokenizer), {prompt: "the 😀", passage: "the cat é"});
  expect(text(".measure-numbers tbody")).toMatch(/^Perplexity per token.*Tokens cut to zero/);
  const measured = node.querySelectorAll(".surprise-text .tokens .token");
  expect(text(".measure-numbers .figure-note")).toBe(
    `Over ${measured.length - 1} tokens, in a text of 9 characters, each predicted from those before it.`
  );
  expect([...measured].slice(-2).map((token) => token.textContent)).toEqual(["<0xC3>", "<0xA9>"]);
  measured[measured.length - 1]!.dispatchEvent(new Event("pointerover", {bubbles: true}));
  expect(text(".surprise-text .figure-reading")).toMatch(/‘<0xA9>’, part of ‘é’: /);
  expect(text(".continuation .tokens")).toMatch(/^the <0xF0><0x9F><0x98><0x80>/);
});

test("a word-piece model reads words with spaces, and says which it cannot spell", async () => {
  const tokenizer = wordPieceTokenizer(["the", "cat", "##s"]);
  const {node, settings, text} = await page(answering({}, tokenizer), {
    prompt: "the cats dog",
    passage: "the\ncats dog"
  });
  expect(text(".continuation .tokens")).toMatch(/^the cats \[UNK\]/);
  expect(text(".text-box .box-remark")).toBe("This model cannot spell ‘dog’: [UNK] stands in its place.");
  expect(text(".surprise-text .tokens")).toBe("the⏎\ncats [UNK]");
  const unknown = [...node.querySelectorAll(".surprise-text .tokens .token")].at(-1)!;
  unknown.dispatchEvent(new Event("pointerover", {bubbles: true}));
  expect(text(".surprise-text .figure-reading")).toMatch(/‘\[UNK\]’, in place of ‘dog’: /);
  settings.set({prompt: " \n", passage: " "});
  const alerts = () => [...node.querySelectorAll(".box-problem")].map((alert) => alert.textContent).join(" ");
  await vi.waitFor(() =>
    expect(alerts()).toMatch(/only white space, which this model does not see.*at least two words/)
  );
});
