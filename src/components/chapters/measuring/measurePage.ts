import type {Corpus} from "../../corpus/meta.js";
import {
  firstTokens,
  HeldOutMeasurement,
  type HeldOutReport,
  type HeldOutText,
  measureHeldOut
} from "../../evaluation/heldOut.js";
import {predictText} from "../../evaluation/predictions.js";
import {PreparedTexts, prepareText} from "../../evaluation/preparedTexts.js";
import {PLAIN} from "../../generation/distribution.js";
import {generate} from "../../generation/generate.js";
import type {LanguageModel} from "../../inference/languageModel.js";
import {readTokenizer} from "../../text/tokenizerFile.js";
import {tokenTexts} from "../../text/tokenTexts.js";
import {modelName, seesLater} from "../../views/modelSentences.js";
import {excessOf} from "./excess.js";
import {type DivergenceMeans, type MeasuringPage, type Passage, promptLength} from "./measuringPage.js";
import {choosePassages, type Span, sentenceSpans} from "./passages.js";
import {recite, reciteTables} from "./recital.js";
import {type Said, truthPlaces} from "./truthPlaces.js";

/** How much is measured: 8,192 tokens are what a reader is offered first. */
export const AMOUNTS = {
  /** Predicted of the held-out text, and of the training text, fewer in a wide vocabulary; characters for the tables. */
  tokens: 8192,
  /** Characters that the model writes. */
  sample: 600,
  /** Characters that the tables of n-grams are counted on, that each writes, and their longest runs. */
  counted: 10_000,
  shortSample: 360,
  order: 14
};

/** Probabilities that are kept of one reading, in numbers. */
const MOST_PROBABILITIES = 2 ** 23;
/** Tokens of a passage, and tokens shown before it. */
const [LEAST, MOST, BEFORE] = [80, 150, 70];
const SEED = 1;
/** Nobody waits for a thread while the site is built. */
const yieldToOthers = async () => {};

/**
 * Measures a model on the held-out part of a corpus, beside the truth where that is known, n-grams of the training part,
 * and what tables of n-grams learn by heart. `own`: the model was trained on this corpus.
 */
export async function measurePage(
  model: LanguageModel,
  {meta, train, val}: Corpus,
  {own, amounts = AMOUNTS}: {own: boolean; amounts?: typeof AMOUNTS}
): Promise<MeasuringPage> {
  const {config, tokenizer} = model;
  const stories = meta.floor !== null;
  const texts = new PreparedTexts({tokenizer: meta.tokenizer, train, val, stories}, tokenizer);
  const tokens = Math.max(256, Math.min(amounts.tokens, Math.floor(MOST_PROBABILITIES / config.vocabSize)));
  const stride = Math.max(1, config.blockSize >> 1);
  const text = firstTokens(texts.heldOut, tokens);
  const {report, said} = await readHeldOut(model, text, stride);
  const {byPosition, predicted, characters, loss, disjoint, calibration} = report;

  const source = readTokenizer(meta.tokenizer);
  const training = source.decode(train);
  // Enough for as many characters as `amounts.tokens`: one takes at most 4 tokens, where they are bytes.
  const heldOut = source.decode(val.subarray(0, 4 * amounts.tokens));
  const trained = async () => {
    const piece = prepareText(training.slice(0, 16 * tokens), "", {tokenizer, stories});
    const text = firstTokens(piece, tokens);
    const report = await measureHeldOut(model, text, {stride, yieldToOthers});
    return {loss: report.loss, divergence: meansOf(report, text)};
  };
  const written = await write(model, text.ids, amounts.sample);
  return {
    model: {
      name: modelName(config),
      unit: tokenizer.unit,
      vocabSize: config.vocabSize,
      blockSize: config.blockSize,
      seesLater: seesLater(config)
    },
    text: {name: meta.name, own, stride},
    report: {
      predicted,
      characters,
      loss,
      disjoint,
      calibration,
      byPosition: Array.from(byPosition, (nats) => Number(nats.toFixed(4))),
      divergence: meansOf(report, text)
    },
    baselines: texts.baselines(predicted),
    passages: passagesOf(said, tokenTexts(text.ids, tokenizer), stride, model),
    memory: {
      trained: own ? await trained() : null,
      sample: recite(written, training),
      heldOut: recite(heldOut.slice(0, written.length), training),
      searched: training.length,
      counted: Math.min(amounts.counted, training.length),
      rungs: reciteTables(training.slice(0, amounts.counted), heldOut.slice(0, amounts.tokens), {
        order: amounts.order,
        length: amounts.shortSample,
        seed: SEED
      })
    }
  };
}

/** Everything that is measured of a text, and all that the model said of it. */
async function readHeldOut(model: LanguageModel, text: HeldOutText, stride: number) {
  const {vocabSize: V, blockSize} = model.config;
  const measurement = new HeldOutMeasurement(text, blockSize);
  const probabilities = new Float32Array(text.ids.length * V);
  await predictText(
    model,
    text.ids,
    (prediction) => {
      measurement.add(prediction);
      if (prediction.counts) probabilities.set(prediction.probabilities, prediction.index * V);
    },
    {stride, yieldToOthers}
  );
  const report = measurement.report()!;
  const {nats, divergences} = report;
  const said: Said = {ids: text.ids, probabilities, nats, truth: text.truth, divergences};
  return {report, said};
}

function passagesOf(said: Said, tokens: string[], stride: number, {tokenizer}: LanguageModel): Passage[] {
  const from = Math.min(stride, tokens.length >> 1);
  const spans = sentenceSpans(tokens, {from, least: LEAST, most: MOST});
  const whole = {start: 1, end: Math.min(tokens.length, MOST)};
  const {typical, farthest, nearest} = choosePassages(
    spans.length > 0 ? spans : [whole],
    said.divergences ?? said.nats
  );
  const passage = (name: string, span: Span): Passage => ({
    name,
    before: tokens
      .slice(Math.max(0, span.start - BEFORE), span.start)
      .join("")
      .replace(/^\S*\s/, ""),
    places: truthPlaces(said, span, tokenizer)
  });
  const known = said.divergences !== null;
  return [
    passage("A typical passage", typical),
    passage(known ? "Where it is farthest off" : "Where it is most surprised", farthest),
    passage(known ? "Where it is nearest" : "Where it is least surprised", nearest)
  ];
}

/** The means of a report without its places, which the passages show, and what chance does not explain of its loss. */
function meansOf(
  {divergence, divergences, nats}: HeldOutReport,
  {ids, truth}: HeldOutText
): DivergenceMeans | null {
  const excess = truth && divergences && excessOf(ids, {nats, divergences}, truth);
  if (!divergence || !excess) return null;
  const {far: _, ...means} = divergence;
  return {...means, excess};
}

/** Text by the model itself, going on from the beginning of the held-out text, which is no part of it. */
async function write(model: LanguageModel, heldOut: Uint16Array, characters: number): Promise<string> {
  const {tokenizer, config} = model;
  const prompt = heldOut.subarray(0, promptLength(config.blockSize));
  const ids: number[] = [];
  for await (const {id} of generate(model, prompt, {options: PLAIN, seed: SEED, steps: characters})) {
    ids.push(id);
    if (tokenizer.decode(ids).length >= characters) break;
  }
  return tokenizer.decode(ids).trimStart();
}
