import type {RunRecord} from "../components/exchange/runRecord.js";
import {distribution, PLAIN} from "../components/generation/distribution.js";
import {generate} from "../components/generation/generate.js";
import {openOnnxModel} from "../components/inference/onnxModel.js";
import {attentionHeads, attentionLayers} from "../components/model/config.js";
import {farSightedHead} from "../components/studio/farSightedHead.js";
import {blankLine} from "../components/text/blankLine.js";
import type {TokenUnit} from "../components/text/tokenizer.js";
import {tokenTexts} from "../components/text/tokenTexts.js";
import type {HomeData} from "../components/views/homeFigure.js";
import {shippedModel} from "./shippedModel.js";

/**
 * What the home page shows before any model is loaded: a line that the shipped model has written, what it
 * expected after each token, where one of its heads looked, and what text it learnt from. Computed at build
 * time by the model itself.
 */
const CHARACTERS = 96;
const CANDIDATES = 6;
const SEED = 12;

const {config, tokenizer, run, onnx} = await shippedModel();
const model = await openOnnxModel(onnx, {label: "the shipped model", tokenizer});

const start = blankLine(tokenizer);
const ids = start.slice();
const settings = {options: {temperature: 0.6, topK: 0, topP: 1}, seed: SEED, steps: CHARACTERS};
for await (const {id} of generate(model, ids.slice(), settings)) {
  if (ids.length === start.length && tokenizer.decode([id]).trim() === "") continue; // one blank line says enough
  ids.push(id);
  const line = tokenizer.decode(ids);
  if (ids.length >= config.blockSize || line.length >= CHARACTERS || /\S\s*\n\s*\n$/.test(line)) break;
}

const {logits, attention} = await model.trace(ids, {attention: true});
const V = config.vocabSize;
/** Places from the first that it wrote: what it began from is no part of the line. */
const places = Array.from(ids.keys()).slice(start.length);
const expected = places.map((t) => distribution(logits.slice(t * V, (t + 1) * V), PLAIN));

export interface HomePage extends HomeData {
  /** What the site is called. */
  name: string;
  corpus: RunRecord["corpus"];
  /** What the model reads at a time. */
  unit: TokenUnit;
}

const page: HomePage = {
  name: process.env.NAME || "Glassformer",
  corpus: run.corpus,
  unit: tokenizer.unit,
  tokens: tokenTexts(ids, tokenizer).slice(start.length),
  next: expected.map(({ids: ranked, probabilities}, i) =>
    [...ranked.subarray(0, CANDIDATES)].map((id) => ({
      token: tokenTexts([ids[places[i]!]!, id], tokenizer)[1]!,
      // Three digits, which keep a small probability from becoming none.
      probability: Number(probabilities[id]!.toPrecision(3))
    }))
  ),
  attention: attention && oneHead(attention, ids.length),
  start: mostOpen(expected.map(({entropy}) => entropy.before))
};
process.stdout.write(JSON.stringify(page));

/** The head with most to show in a line of text. */
function oneHead(attention: Float32Array, T: number): HomeData["attention"] {
  const H = attentionHeads(config);
  const {layer, head} = farSightedHead(attention, attentionLayers(config), H, T);
  const first = (layer * H + head) * T * T;
  return {
    headName: `layer ${layer + 1}, head ${head + 1}`,
    weights: places.map((query) => {
      const row = first + query * T;
      return [...attention.subarray(row + start.length, row + (config.causal ? query + 1 : T))].map(round);
    })
  };
}

/** Where most could have come next, of the places that have some text before them. */
function mostOpen(entropies: number[]): number {
  const first = Math.floor(entropies.length / 4);
  return entropies.indexOf(Math.max(...entropies.slice(first, -1)), first);
}

/** Weights are only shaded: four decimals show as much as all. */
function round(weight: number): number {
  return Math.round(weight * 1e4) / 1e4;
}
