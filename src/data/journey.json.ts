import {readFile} from "node:fs/promises";
import {startNodeBackend} from "../cli/nodeBackends.js";
import type {CountedLosses} from "../components/chapters/home/firstLessons.js";
import {type Journey, journeyNames, journeyOf} from "../components/chapters/home/journey.js";
import {readRecordedRun} from "../components/chapters/home/recordedRun.js";
import {storyCorpus} from "../components/corpus/storyCorpus.js";
import {messageOf} from "../components/errorMessage.js";
import {ngramLoss, trainNgram} from "../components/evaluation/ngram.js";
import {fromOnnx} from "../components/exchange/onnx/onnx.js";
import {parameterCount} from "../components/model/parameters.js";
import {TensorModel} from "../components/model/tensorModel.js";
import type {TokenUnit} from "../components/text/tokenizer.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import {shippedFile} from "./shippedModel.js";
import {siteCharacters} from "./siteCorpus.js";

export interface HomeJourney {
  journey: Journey;
  unit: TokenUnit;
  /** How many numbers the shipped model has learnt. */
  parameters: number;
  /** What counting is worth on the text of the recorded run; null where that text is not at hand. */
  counted: CountedLosses | null;
}

/**
 * The way of one key through the shipped model, computed at build time, for the home page to open with: a line that
 * most texts could begin with, in the site's own story words where the model knows them.
 */
const LINE = "\n\nOnce there was a boy named Tom. T";

try {
  const {config, parameters, metadata} = fromOnnx(await shippedFile("onnx"));
  const tokenizer = readTokenizer(metadata.tokenizer);
  const ids = [...tokenizer.encode(LINE).ids].slice(-config.blockSize);
  await startNodeBackend("cpu");
  const model = new TensorModel(config, parameters);
  const inspection = await model.inspect(ids, {names: journeyNames(config)});
  const journey = journeyOf(config, tokenizer, ids, inspection);
  const page: HomeJourney = {
    journey,
    unit: tokenizer.unit,
    parameters: parameterCount(config),
    counted: await countedLosses()
  };
  process.stdout.write(JSON.stringify(page));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

async function countedLosses(): Promise<CountedLosses | null> {
  const {run} = readRecordedRun(await readFile("src/data/recorded-run/recording.json", "utf8"));
  const isRecorded = ({meta}: {meta: {sha256: string}}) => meta.sha256 === run.corpus.sha256;
  let {corpus} = await siteCharacters();
  if (!isRecorded(corpus)) ({corpus} = await storyCorpus());
  const V = readTokenizer(corpus.meta.tokenizer).vocabulary.length;
  if (!isRecorded(corpus) || V !== run.config.vocabSize) return null;
  const loss = (order: number) => ngramLoss(trainNgram(corpus.train, {order, vocabSize: V}), corpus.val);
  return {single: loss(1), pairs: loss(2)};
}
