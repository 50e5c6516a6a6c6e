import {measureRepetition} from "../components/chapters/sampling/repeated.js";
import type {Place, SamplingPage, Written} from "../components/chapters/sampling/samplingPage.js";
import {wordsOf} from "../components/evaluation/repetition.js";
import {distribution, PLAIN} from "../components/generation/distribution.js";
import {generateTogether} from "../components/generation/generateTogether.js";
import {openOnnxModel} from "../components/inference/onnxModel.js";
import {blankLine} from "../components/text/blankLine.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import {tokenTexts} from "../components/text/tokenTexts.js";
import {shippedModel} from "./shippedModel.js";
import {siteCorpus} from "./siteCorpus.js";

// What the chapter on sampling opens with: the shipped model's scores at a few places of text that it was not trained
// on, from where it hardly knows what comes to where it is certain, and what it writes at some temperatures.

/** Windows of the held-out text to choose places from, and the least that stands before a place. */
const WINDOWS = 6;
const LEAST_BEFORE = 24;
/** Entropies to show, as shares of the largest that is found; the first is what the chapter opens with. */
const ENTROPIES = [0.7, 1, 0.45, 0.2, 0.01];
/** What the scores of all places may weigh, in bytes of JSON; a wide vocabulary has fewer places. */
const BUDGET = 120_000;
const BYTES_A_SCORE = 12;
/** Characters of the text before a place that are shown. */
const SHOWN = 44;
const TEMPERATURES = [0, 0.5, 0.75, 1, 1.25, 1.5];
const CHARACTERS = 1_400;
/** Of a temperature's texts the first is shown and all are measured; together they take as long as a third of them apart. */
const SEEDS = [1, 2, 3];

const {config, tokenizer, onnx} = await shippedModel();
const {blockSize, vocabSize: V} = config;
const model = await openOnnxModel(onnx, {label: "the shipped model", tokenizer});
const {corpus} = await siteCorpus();
const corpusTokenizer = readTokenizer(corpus.meta.tokenizer);
const heldOut = corpusTokenizer.decode(corpus.val);
const known = new Set(wordsOf(corpusTokenizer.decode(corpus.train)));

const page: SamplingPage = {
  unit: tokenizer.unit,
  vocabulary: tokenizer.vocabulary,
  places: await choosePlaces(tokenizer.encode(heldOut).ids),
  written: await write(),
  seed: SEEDS[0]!,
  heldOut: stretches(heldOut.slice(heldOut.indexOf("\n\n") + 2)).map((text) => measureRepetition(text, []))
};
model.dispose();
process.stdout.write(JSON.stringify(page));

async function choosePlaces(text: Uint16Array): Promise<Place[]> {
  const found: {entropy: number; place: () => Place}[] = [];
  for (let w = 0; w < WINDOWS; w++) {
    const ids = text.slice(w * blockSize, (w + 1) * blockSize + 1);
    const window = ids.subarray(0, blockSize);
    if (ids.length < 2) break;
    const tokens = tokenTexts(ids, tokenizer);
    const {logits} = await model.trace(window);
    for (let t = Math.min(LEAST_BEFORE, window.length >> 1); t < ids.length - 1; t++) {
      const scores = logits.slice(t * V, (t + 1) * V);
      const place = () => ({
        before: lastTokens(tokens.slice(0, t + 1)),
        came: ids[t + 1]!,
        // Nine digits tell any two float32 apart.
        logits: Array.from(scores, (x) => Number(x.toPrecision(9)))
      });
      found.push({entropy: distribution(scores, PLAIN).entropy.before, place});
    }
  }
  const largest = Math.max(...found.map(({entropy}) => entropy));
  const count = Math.max(1, Math.min(ENTROPIES.length, Math.floor(BUDGET / (BYTES_A_SCORE * V))));
  const chosen = new Set<(typeof found)[number]>();
  for (const share of ENTROPIES.slice(0, count)) {
    const left = found.filter((candidate) => !chosen.has(candidate));
    const far = ({entropy}: {entropy: number}) => Math.abs(entropy - share * largest);
    const nearest = left.sort((a, b) => far(a) - far(b))[0];
    if (nearest) chosen.add(nearest);
  }
  return [...chosen].map(({place}) => place());
}

/** As many of the last tokens as fit into what is shown. */
function lastTokens(tokens: readonly string[]): string[] {
  let start = tokens.length;
  for (let length = 0; start > 0 && length + tokens[start - 1]!.length <= SHOWN; start--)
    length += tokens[start - 1]!.length;
  return tokens.slice(Math.min(start, tokens.length - 1));
}

/** What is written at each temperature: with every seed, but once where no chance is in it. */
async function write(): Promise<Written[]> {
  const writings = TEMPERATURES.flatMap((temperature) =>
    (temperature === 0 ? SEEDS.slice(0, 1) : SEEDS).map((seed) => ({options: {...PLAIN, temperature}, seed}))
  );
  const ids = writings.map((): number[] => []);
  const texts = () => ids.map((own) => tokenizer.decode(own));
  const together = generateTogether(model, blankLine(tokenizer), {writings, steps: CHARACTERS});
  for await (const tokens of together) {
    for (const [i, id] of tokens.entries()) ids[i]!.push(id);
    if (ids[0]!.length % 50 === 0 && texts().every(({length}) => length >= CHARACTERS)) break;
  }
  const all = texts().map((text) => text.slice(0, CHARACTERS));
  return TEMPERATURES.map((temperature) => {
    const [text, ...others] = all.filter((_, i) => writings[i]!.options.temperature === temperature);
    const measured = [text!, ...others].map((text) => measureRepetition(text, strangeIn(text)));
    return {temperature, text: text!, strange: strangeIn(text!), measured};
  });
}

/** The words that the training text does not have. */
function strangeIn(text: string): string[] {
  const words = wordsOf(text).slice(0, -1); // the last may have been cut short
  return [...new Set(words.filter((word) => !known.has(word)))];
}

/** As many stretches of a text as there are seeds, or as it has; one at least. */
function stretches(text: string): string[] {
  const all = SEEDS.map((_, i) => text.slice(i * CHARACTERS, (i + 1) * CHARACTERS));
  return all.filter(({length}, i) => i === 0 || length === CHARACTERS);
}
