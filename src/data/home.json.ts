import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {MODEL_FILES} from "../components/exchange/modelFiles.js";
import {readModelFolder} from "../components/exchange/modelFolder.js";
import type {RunRecord} from "../components/exchange/runRecord.js";
import {distribution, PLAIN} from "../components/generation/distribution.js";
import {generate} from "../components/generation/generate.js";
import {openOnnxModel} from "../components/inference/onnxModel.js";
import type {HomeData} from "../components/views/homeFigure.js";

/**
 * What the home page shows before any model is loaded: a line that the shipped model has written, what it
 * expected after each character, where one of its heads looked, and what text it learnt from. Computed at build
 * time by the model itself.
 */
const CHARACTERS = 96;
const CANDIDATES = 6;
const SEED = 12;

const folder = process.env.MODEL || fileURLToPath(new URL("./shipped-model", import.meta.url));
const files: Record<string, Uint8Array> = {};
for (const name of Object.values(MODEL_FILES)) files[name] = await readFile(join(folder, name));
const {config, tokenizer, run} = readModelFolder(files);
const model = await openOnnxModel(files[MODEL_FILES.onnx]!, {label: "the shipped model", tokenizer});

// The prompt is a line break: where a story, a speech or a paragraph begins.
const start = Math.max(0, tokenizer.vocabulary.indexOf("\n"));
const length = Math.min(CHARACTERS, config.blockSize);
const ids = [start];
const settings = {options: {temperature: 0.6, topK: 0, topP: 1}, seed: SEED, steps: length};
for await (const {id} of generate(model, ids.slice(), settings)) {
  if (ids.length === 1 && id === start) continue; // a blank line says nothing
  if (ids.length < length) ids.push(id);
}

const {logits, attention} = await model.trace(ids, {attention: true});
const [T, V] = [ids.length, config.vocabSize];
const {layer, head} = farthestHead(attention!, config.nLayer, config.nHead, T);
const weights = attention!.subarray(
  (layer * config.nHead + head) * T * T,
  (layer * config.nHead + head + 1) * T * T
);

const expected = ids.map((_, t) => distribution(logits.slice(t * V, (t + 1) * V), PLAIN));

const data: HomeData & {corpus: RunRecord["corpus"]} = {
  corpus: run.corpus,
  tokens: ids.map((id) => tokenizer.vocabulary[id]!),
  next: expected.map(({ids: ranked, probabilities}) =>
    [...ranked.subarray(0, CANDIDATES)].map((id) => ({
      token: tokenizer.vocabulary[id]!,
      // Three digits, which keep a small probability from becoming none.
      probability: Number(probabilities[id]!.toPrecision(3))
    }))
  ),
  attention: ids.map((_, t) => [...weights.subarray(t * T, t * T + t + 1)].map(round)),
  headName: `layer ${layer + 1}, head ${head + 1}`,
  start: mostOpen(expected.map(({entropy}) => entropy.before))
};
process.stdout.write(JSON.stringify(data));

/** The head that, on average, looks back farthest: the one whose weights have most to show in a line of text. */
function farthestHead(attention: Float32Array, nLayer: number, nHead: number, T: number) {
  let farthest = {layer: 0, head: 0, distance: -1};
  for (let layer = 0; layer < nLayer; layer++)
    for (let head = 0; head < nHead; head++) {
      let distance = 0;
      for (let query = 0; query < T; query++)
        for (let key = 0; key <= query; key++)
          distance += attention[((layer * nHead + head) * T + query) * T + key]! * (query - key);
      if (distance > farthest.distance) farthest = {layer, head, distance};
    }
  return farthest;
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
