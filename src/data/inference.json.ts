import {startNodeBackend} from "../cli/nodeBackends.js";
import {cacheLevels, packCache} from "../components/chapters/inference/cacheTrace.js";
import type {InferencePage, PrecisionFacts} from "../components/chapters/inference/inferencePage.js";
import {onnxFacts} from "../components/chapters/inference/onnxFacts.js";
import {cacheShapeOf} from "../components/chapters/inference/readColumns.js";
import {BITS, formatName, roundWeights, weightBytes} from "../components/chapters/inference/rounding.js";
import {writeColumns} from "../components/chapters/inference/writeColumns.js";
import {measureParity} from "../components/evaluation/parity.js";
import {meanNats, recordParity} from "../components/evaluation/parityRecord.js";
import {fromOnnx, rewriteOnnx} from "../components/exchange/onnx/onnx.js";
import {WEIGHT_FORMATS} from "../components/exchange/onnx/onnxWeights.js";
import type {LanguageModel} from "../components/inference/languageModel.js";
import {openOnnxModel} from "../components/inference/onnxModel.js";
import {canDecodeWithCache} from "../components/model/forward.js";
import {TensorModel} from "../components/model/tensorModel.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import {tokenTexts} from "../components/text/tokenTexts.js";
import {shippedModel} from "./shippedModel.js";
import {siteCorpus} from "./siteCorpus.js";

/**
 * What the chapter on fast inference shows before anything runs in the reader's browser: a text with the keys and values
 * that the shipped model kept of it, the graph of its ONNX file and how the two agree, and what fewer bits a weight cost.
 */
const PROMPT = 8;
const LENGTH = 48;
const SEED = 4;
/** Predictions on which precisions are compared. */
const HELD_OUT = 8192;

const {config, tokenizer, onnx: file} = await shippedModel();
const {parameters} = fromOnnx(file);
const {corpus} = await siteCorpus();
// The text in the model's own tokens, which need not be the corpus's.
const text = tokenizer.encode(readTokenizer(corpus.meta.tokenizer).decode(corpus.val)).ids;
// From the first word of a line, where there are lines.
const first = tokenTexts(text.subarray(0, 2000), tokenizer);
const start = Math.max(
  0,
  first.findIndex((token, i) => i > 0 && /\S/.test(token) && first[i - 1]!.endsWith("\n"))
);
const passage = Array.from(text.subarray(start, start + config.blockSize));

await startNodeBackend("wasm");
const model = new TensorModel(config, parameters);
const page: InferencePage = {
  config,
  unit: tokenizer.unit,
  passage,
  prompt: PROMPT,
  cache: await fillCache(),
  onnx: onnxFacts(rewriteOnnx(file, {cache: "whole", attention: false})), // as it is exported now
  parity: await compare(),
  precision: config.architecture === "bigram" ? null : await measurePrecision()
};
const {largestDifference, scale} = page.parity.logits;
console.error(
  `Inference: ${page.onnx.nodes} nodes, |Δlogit| ${largestDifference.toExponential(1)} of ${scale.toFixed(1)}; ${page.precision?.rows.map(({bits, loss}) => `${formatName(bits)} ${loss.toFixed(4)}`).join(", ") ?? "counted"}`
);
process.stdout.write(JSON.stringify(page));

async function fillCache(): Promise<InferencePage["cache"]> {
  if (config.architecture !== "transformer" || !canDecodeWithCache(config)) return null;
  const length = Math.min(LENGTH, config.blockSize);
  const prompt = passage.slice(0, Math.min(PROMPT, length - 1));
  const ids: number[] = [];
  const columns: Float32Array[] = [];
  for await (const {id, column} of writeColumns(model, prompt, {length, seed: SEED})) {
    ids.push(id);
    columns.push(column);
  }
  const shape = cacheShapeOf(model);
  const levels = cacheLevels(shape, columns);
  return packCache({shape, tokens: tokenTexts(ids, tokenizer), prompt: prompt.length, levels});
}

/** The parameters on tfjs, asked as any other model is. */
function languageModel(tensors: TensorModel): LanguageModel {
  return {
    label: "the shipped model",
    config,
    tokenizer,
    trace: (ids) => tensors.trace(ids),
    ...(canDecodeWithCache(config) && {decoding: () => tensors.decoding()}),
    dispose() {}
  };
}

async function compare(): Promise<InferencePage["parity"]> {
  const record = await recordParity(languageModel(model), text);
  const exported = await openOnnxModel(file, {label: "exported", tokenizer});
  const parity = await measureParity(exported, record);
  exported.dispose();
  return parity;
}

async function measurePrecision(): Promise<PrecisionFacts> {
  const heldOut = text.slice(0, HELD_OUT + 1);
  const rows: PrecisionFacts["rows"] = [];
  for (const bits of BITS) {
    const rounded = new TensorModel(config, roundWeights(parameters, bits));
    const loss = await meanNats(languageModel(rounded), heldOut, {yieldToOthers: async () => {}});
    rounded.dispose();
    const weights = WEIGHT_FORMATS.find((format) => format === formatName(bits));
    const fileBytes = weights ? rewriteOnnx(file, {weights}).length : null;
    rows.push({bits, bytes: weightBytes(parameters, bits), fileBytes, loss: Number(loss.toFixed(5))});
  }
  return {text: corpus.meta.name, predictions: heldOut.length - 1, rows, channel: firstChannel()};
}

/** The first column of the first feed-forward matrix, or of whatever matrix there is. */
function firstChannel(): PrecisionFacts["channel"] {
  const matrices = Object.entries(parameters).filter(([, {shape}]) => shape.length === 2);
  const [name, {shape, data}] = matrices.find(([name]) => name.endsWith("c_fc.weight")) ?? matrices[0]!;
  const [rows, columns] = shape as [number, number];
  const values = Array.from({length: rows}, (_, row) => Number(data[row * columns]!.toPrecision(7)));
  return {name, values};
}
