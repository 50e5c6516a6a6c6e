import {startNodeBackend} from "../cli/nodeBackends.js";
import {habitKeys} from "../components/chapters/heads/habits.js";
import {headLine, packLine} from "../components/chapters/heads/headLine.js";
import {HeadScorer} from "../components/chapters/heads/headScores.js";
import type {HeadsPage, MeasuredHeads} from "../components/chapters/heads/headsPage.js";
import type {Passage} from "../components/chapters/heads/reading.js";
import {allButOneALayer, SilencingTally} from "../components/chapters/heads/silencingCosts.js";
import {headContributions, type SplitTrace, sideBySide} from "../components/chapters/heads/split.js";
import {meanLoss, tokenLosses} from "../components/chapters/heads/tokenLosses.js";
import {fromOnnx} from "../components/exchange/onnx/onnx.js";
import {TensorModel} from "../components/model/tensorModel.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import {tokenTexts} from "../components/text/tokenTexts.js";
import type {Head} from "../components/views/headGrid.js";
import {shippedModel} from "./shippedModel.js";
import {siteCorpus} from "./siteCorpus.js";

/**
 * What the heads of the shipped model do, measured at build time on text that it was not trained on: the share of
 * attention that each gives to what each habit looks at, what the loss is without each of them, one line as all of them
 * read it, and one layer's numbers on their way through its heads.
 */
/** Tokens to score habits on, and to measure the cost of silence on: each costs a pass for every head. */
const SCORED = 4096;
const SILENCED = 1536;
/** What the line's weights may weigh in bytes, and the tokens it may have. */
const LINE_BUDGET = 33_000;
const LINE = [12, 40] as const;
const CANDIDATES = 6;
/** Tokens whose values are followed through a layer. */
const SPLIT = 4;
const BYTES_A_WEIGHT = 8 / 3;

const {config, tokenizer, onnx} = await shippedModel();
const {nLayer: L, nHead: H, nKvHead: K, nEmbd: C, blockSize, causal} = config;
const heads: Head[] = Array.from({length: L * H}, (_, i) => ({layer: Math.floor(i / H), head: i % H}));
const weightNames = Array.from({length: L}, (_, i) => `transformer.h.${i}.attn.weights`);

const page: HeadsPage = {measured: config.architecture === "transformer" ? await measure() : null};
process.stdout.write(JSON.stringify(page));

async function measure(): Promise<MeasuredHeads> {
  const {corpus} = await siteCorpus();
  // The text in the model's own tokens, which need not be the corpus's.
  const text = tokenizer.encode(readTokenizer(corpus.meta.tokenizer).decode(corpus.val)).ids;
  await startNodeBackend("wasm");
  const {parameters} = fromOnnx(onnx);
  const model = new TensorModel(config, parameters);
  const passage = (ids: Uint16Array): Passage => ({ids, tokens: tokenTexts(ids, tokenizer)});
  const read = async (ids: Uint16Array) => {
    const inspection = await model.inspect(ids, {names: [...weightNames, "logits"]});
    const layers = weightNames.map((name) => inspection[name]!.data);
    const attention = new Float32Array(L * H * ids.length ** 2);
    layers.forEach((layer, i) => void attention.set(layer, i * layer.length));
    return {ids, attention, logits: inspection.logits!.data};
  };
  const losses = async (ids: Uint16Array, silenced: readonly Head[]) =>
    tokenLosses((await model.inspect(ids, {names: ["logits"], silenced})).logits!.data, ids);

  const scored = windows(text, SCORED);
  const scorer = new HeadScorer(L * H);
  for (const ids of scored) scorer.add((await read(ids)).attention, passage(ids));

  const tested = windows(text, SILENCED);
  const tally = new SilencingTally(L * H);
  for (const ids of tested) {
    const without: Float64Array[] = [];
    for (const head of heads) without.push(await losses(ids, [head]));
    tally.add(passage(ids), await losses(ids, []), without);
  }
  const costs = tally.result();
  const meanWithout = async (silenced: readonly number[]) => {
    let sum = 0;
    for (const ids of tested)
      sum += meanLoss(
        await losses(
          ids,
          silenced.map((head) => heads[head]!)
        )
      );
    return sum / tested.length;
  };

  const pairs = LINE_BUDGET / BYTES_A_WEIGHT / (L * H); // weights a head may have
  const longest = causal ? Math.sqrt(2 * pairs) : Math.sqrt(pairs);
  const T = Math.floor(Math.min(blockSize, Math.max(LINE[0], Math.min(LINE[1], longest))));
  const lineIds = mostTelling(text, T, passage);
  const {tokens} = passage(lineIds);
  const line = headLine(await read(lineIds), tokens, tokenizer.vocabulary);
  const costliest = costs.rises.indexOf(Math.max(...costs.rises));
  const split = await splitTrace(model, lineIds.slice(0, SPLIT), heads[costliest]!.layer, tokens);

  const allSilenced = await meanWithout(heads.map((_, i) => i));
  const oneALayer = await meanWithout(allButOneALayer(costs.rises, H));
  model.dispose();
  console.error(
    `Heads: ${L * H} on ${scored.length} windows; without layer ${heads[costliest]!.layer + 1}, head ${heads[costliest]!.head + 1} the loss rises by ${costs.rises[costliest]!.toFixed(3)}`
  );
  const {weights, even, places} = scorer.result();
  return {
    model: {nLayer: L, nHead: H, nKvHead: K, nEmbd: C, causal},
    unit: tokenizer.unit,
    text: {name: corpus.meta.name, windows: scored.length, length: scored[0]!.length},
    scores: {weights: round(weights, 4), even: round(even, 4), places},
    costs: {
      windows: tested.length,
      tokens: costs.tokens,
      loss: round([costs.loss], 4)[0]!,
      rises: round(costs.rises, 4),
      risesAt: round(costs.risesAt, 4),
      allSilenced: round([allSilenced], 4)[0]!,
      oneALayer: round([oneALayer], 4)[0]!
    },
    line: packLine(line, {heads: L * H, causal, candidates: CANDIDATES}),
    split
  };
}

/** Windows of one context, evenly over a text, of about `tokens` tokens in all. */
function windows(text: Uint16Array, tokens: number): Uint16Array[] {
  const T = Math.min(blockSize, text.length);
  const count = Math.max(1, Math.min(Math.round(tokens / T), Math.floor(text.length / T)));
  return Array.from({length: count}, (_, i) => {
    const from = Math.floor((i * (text.length - T)) / count);
    return text.slice(from, from + T);
  });
}

/** Of the first lines from a sentence's start, the one where most habits have something to look at, and most often. */
function mostTelling(text: Uint16Array, T: number, passage: (ids: Uint16Array) => Passage): Uint16Array {
  const {tokens} = passage(text.slice(0, Math.min(text.length, 20_000)));
  let best = {ids: text.slice(0, T), kinds: -1, rare: -1};
  for (let from = 0; from + T <= tokens.length; from++) {
    if (
      from > 0 &&
      !/[.!?"”]\s*$/.test(tokens[from - 1]! + (tokens[from - 1]!.trim() ? "" : (tokens[from - 2] ?? "")))
    )
      continue;
    if (!/^\s*["“]?\p{Lu}?/u.test(tokens[from]!) || tokens[from]!.trim() === "") continue;
    const ids = text.slice(from, from + T);
    const places = habitKeys(passage(ids)).map((queries) => queries.filter((keys) => keys.length > 0).length);
    const kinds = places.filter((count) => count > 0).length;
    const rare = Math.min(...places.filter((count) => count > 0));
    if (kinds > best.kinds || (kinds === best.kinds && rare > best.rare)) best = {ids, kinds, rare};
  }
  return best.ids;
}

async function splitTrace(
  model: TensorModel,
  ids: Uint16Array,
  layer: number,
  tokens: readonly string[]
): Promise<SplitTrace> {
  const T = ids.length;
  const D = C / H;
  const name = `transformer.h.${layer}.attn`;
  const inspection = await model.inspect(ids, {names: [`${name}.v`, `${name}.weights`, `${name}.mixed`]});
  const own = inspection[`${name}.v`]!.data;
  const values = Array.from({length: H}, (_, h) => {
    const shared = Math.floor(h / (H / K)) * T * D;
    return [...own.subarray(shared, shared + T * D)];
  }).flat();
  const mixed = sideBySide(inspection[`${name}.mixed`]!.data, H, T);
  const output = (await model.parameters[`${name}.c_proj.weight`]!.data()) as Float32Array;
  const bias = model.parameters[`${name}.c_proj.bias`];
  return {
    layer,
    tokens: tokens.slice(0, T),
    nHead: H,
    headWidth: D,
    values: round(sideBySide(values, H, T), 3),
    weights: round(inspection[`${name}.weights`]!.data, 3),
    mixed: round(mixed, 3),
    contributions: round(headContributions(mixed.slice(-C), output, {T: 1, H, C}), 3),
    bias: bias ? round((await bias.data()) as Float32Array, 3) : new Array(C).fill(0)
  };
}

/** NaN, "nowhere counted", becomes null in JSON. */
function round(values: ArrayLike<number>, decimals: number): number[] {
  return Array.from(values, (value) => Number(value.toFixed(decimals)));
}
