import {startNodeBackend} from "../cli/nodeBackends.js";
import {attentionSteps} from "../components/chapters/attention/attentionSteps.js";
import {clearestHead, clearestPair} from "../components/chapters/attention/clearestHead.js";
import type {AttentionPage} from "../components/chapters/attention/headFigure.js";
import {
  headMatrices,
  type LineTrace,
  lineTrace,
  traceNames
} from "../components/chapters/attention/lineTrace.js";
import {packTrace} from "../components/chapters/attention/packedTrace.js";
import {fromOnnx} from "../components/exchange/onnx/onnx.js";
import {PLAIN} from "../components/generation/distribution.js";
import {chooseToken} from "../components/generation/generate.js";
import {TensorModel} from "../components/model/tensorModel.js";
import {tokenTexts} from "../components/text/tokenTexts.js";
import {shippedModel} from "./shippedModel.js";

/**
 * One short line as every layer's attention meets it, for the chapter on attention, computed at build time by the
 * shipped model itself. The model writes some text; of all its lines of T tokens from the start of a word, and of all
 * heads, the figure begins with those that have most to show (`clearestHead`).
 */
const WRITTEN = 96;
const SEED = 12;
const TEMPERATURE = 0.6;
/** What the trace may weigh, in bytes, and how many tokens are a line. */
const BUDGET = 52_000;
const BYTES_A_NUMBER = 8 / 3;
const LENGTHS = [6, 12] as const;

const {config, tokenizer, onnx} = await shippedModel();

const page = config.architecture === "transformer" ? await clearestLine() : nothing();
process.stdout.write(JSON.stringify(page));

function nothing(): AttentionPage {
  return {trace: null, start: {layer: 0, head: 0, query: 0, key: 0}};
}

async function clearestLine(): Promise<AttentionPage> {
  await startNodeBackend("cpu");
  const model = new TensorModel(config, fromOnnx(onnx).parameters);
  const ids = await write(model);
  const {nLayer, nEmbd: C, nHead: H, nKvHead: K} = config;
  const bytesAToken = nLayer * C * (2 + (2 * K) / H) * BYTES_A_NUMBER;
  const T = Math.min(config.blockSize, Math.max(LENGTHS[0], Math.min(LENGTHS[1], BUDGET / bytesAToken)) | 0);

  let best: {trace: LineTrace; layer: number; head: number; nats: number} | null = null;
  for (const from of wordStarts(ids).filter((from) => from + T <= ids.length)) {
    const line = ids.slice(from, from + T);
    const inspection = await model.inspect(line, {names: traceNames(config)});
    const trace = lineTrace(inspection, tokenTexts(line, tokenizer), config);
    const found = clearestHead(trace);
    if (!best || found.nats > best.nats) best = {trace, ...found};
  }
  if (!best) throw new Error("The shipped model wrote no line that is long enough to show.");
  const {trace, layer, head, nats} = best;
  const {weights} = attentionSteps(headMatrices(trace, layer, head));
  const pair = clearestPair(weights, trace.tokens.length);
  console.error(
    `Attention: “${trace.tokens.join("")}”, layer ${layer + 1}, head ${head + 1}, ${nats.toFixed(2)} nats a query`
  );
  return {trace: packTrace(trace), start: {layer, head, ...pair}};
}

/** The model's own text from the start of a line, as on the home page. */
async function write(model: TensorModel): Promise<number[]> {
  const ids = [tokenizer.encode("\n").ids[0] ?? tokenizer.encode(".").ids[0]!];
  const decoding = model.decoding();
  let logits = await decoding.read(ids);
  while (ids.length < Math.min(WRITTEN, config.blockSize)) {
    const {id} = chooseToken(logits, {...PLAIN, temperature: TEMPERATURE}, SEED, ids.length);
    ids.push(id);
    logits = await decoding.read([id]);
  }
  decoding.dispose();
  return ids;
}

/** Places where a word begins; of tokens that never begin one, all places. */
function wordStarts(ids: number[]): number[] {
  const texts = tokenTexts(ids, tokenizer);
  const places = texts.map((_, i) => i).slice(1);
  const starts = places.filter(
    (i) => /^\s+\S/.test(texts[i]!) || (/^\S/.test(texts[i]!) && /\s$/.test(texts[i - 1]!))
  );
  return starts.length > 0 ? starts : places;
}
