import type {Place, SamplingPage, Written} from "../components/chapters/sampling/samplingPage.js";
import {wordsOf} from "../components/evaluation/repetition.js";
import {distribution, PLAIN} from "../components/generation/distribution.js";
import {generate} from "../components/generation/generate.js";
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
const TEMPERATURES = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5];
const CHARACTERS = 1_600;
const SEED = 1;

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
  written: await Promise.all(TEMPERATURES.map(write)),
  seed: SEED,
  heldOut: heldOut.slice(heldOut.indexOf("\n\n") + 2).slice(0, CHARACTERS)
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

async function write(temperature: number): Promise<Written> {
  const prompt = blankLine(tokenizer);
  const ids: number[] = [];
  let text = "";
  const settings = {options: {...PLAIN, temperature}, seed: SEED, steps: CHARACTERS};
  for await (const {id} of generate(model, prompt, settings)) {
    ids.push(id);
    if (ids.length % 50 === 0) text = tokenizer.decode(ids);
    if (text.length >= CHARACTERS) break;
  }
  text = tokenizer.decode(ids).slice(0, CHARACTERS);
  // The last word may have been cut short.
  const words = wordsOf(text).slice(0, -1);
  return {temperature, text, strange: [...new Set(words.filter((word) => !known.has(word)))]};
}
