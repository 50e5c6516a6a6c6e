import {measurePage} from "../../../src/components/chapters/measuring/measurePage.js";
import {
  type MeasuringPage,
  readMeasuringPage
} from "../../../src/components/chapters/measuring/measuringPage.js";
import {buildCorpus} from "../../../src/components/corpus/buildCorpus.js";
import type {Corpus} from "../../../src/components/corpus/meta.js";
import {storyCorpus} from "../../../src/components/corpus/storyCorpus.js";
import type {LanguageModel} from "../../../src/components/inference/languageModel.js";
import {readTokenizer} from "../../../src/components/text/tokenizerFile.js";
import {sayingModel} from "../../evaluation/heldOutFixture.js";

const AMOUNTS = {tokens: 700, sample: 80, counted: 2000, shortSample: 60, order: 8};

/** A model that knows how often each character follows another, and sees eight. */
export function pairModel({meta, train}: Corpus): LanguageModel {
  const tokenizer = readTokenizer(meta.tokenizer);
  const V = tokenizer.vocabulary.length;
  const counts = Array.from({length: V}, () => new Array<number>(V).fill(0.1));
  for (let i = 1; i < train.length; i++) counts[train[i - 1]!]![train[i]!]! += 1;
  const table = counts.map((row) => {
    const sum = row.reduce((a, b) => a + b);
    return row.map((count) => count / sum);
  });
  return {...sayingModel({vocabSize: V, blockSize: 8}, (seen) => table[seen.at(-1)!]!), tokenizer};
}

/** What a page's file holds, as the page reads it. */
const asRead = (page: MeasuringPage) => readMeasuringPage(JSON.parse(JSON.stringify(page)) as MeasuringPage);

/** A story corpus, a model of pairs, and what the chapter says of it. */
export async function storyPage() {
  const {corpus} = await storyCorpus({seed: 3, bytes: 12_000});
  const model = pairModel(corpus);
  return {corpus, model, page: asRead(await measurePage(model, corpus, {own: true, amounts: AMOUNTS}))};
}

/** The same of a text whose truth nobody knows, and of a model that learnt from another. */
export async function foreignPage() {
  const sentence = "All work and no play makes Jack a dull boy, said the keeper of the house by the lake. ";
  const corpus = await buildCorpus(sentence.repeat(80), {
    name: "a book",
    source: "a test",
    license: "",
    blockSize: 8
  });
  const model = pairModel(corpus);
  return {corpus, model, page: asRead(await measurePage(model, corpus, {own: false, amounts: AMOUNTS}))};
}
