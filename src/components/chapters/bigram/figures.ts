import {lazily} from "../../book/lazily.js";
import {gpt2} from "../../model/config.js";
import {parameterCount} from "../../model/parameters.js";
import type {CorpusSource} from "../../training/protocol.js";
import {batchFigure} from "./batchFigure.js";
import {neuralBigramTraining, windowModel, windowTraining} from "./bigramRuns.js";
import {countingFigure} from "./countingFigure.js";
import {forcingFigure} from "./forcingFigure.js";
import {ladderFigure} from "./ladderFigure.js";
import {learningFigure} from "./learningFigure.js";
import {recordedRun} from "./learningRun.js";
import {kindsOfPairs, unpackCounts} from "./pairCounts.js";
import {formatSmoothing} from "./smoothingChart.js";
import {bestPoint, lossesAt, SMOOTHING, smoothingCurve} from "./smoothingCurve.js";
import type {BigramTrace} from "./trace.js";
import {floorWords, rowDistances, surestPair, windowAgainstCounts} from "./words.js";
import {writerFigure} from "./writerFigure.js";

/** Where the site's text is. */
export type CorpusUrls = Omit<Extract<CorpusSource, {kind: "built"}>, "kind" | "tokenizer">;

/** The chapter's figures, linked, and what its prose says in numbers, which takes a while to count. */
export function bigramFigures(trace: BigramTrace, urls: CorpusUrls) {
  const {vocabulary, corpus} = trace;
  const V = vocabulary.length;
  const lengths = trace.lengths.map(({characters, counts}) => ({characters, pairs: unpackCounts(counts, V)}));
  const {pairs} = lengths.at(-1)!;
  const heldOut = unpackCounts(trace.heldOut, V);
  const {smoothing} = gpt2;
  const run = recordedRun(trace, pairs, heldOut);
  const first = commonest(trace.passage, vocabulary);
  const selected = {row: first, column: likeliest(pairs.counts, V, first)};

  const figures = lazily({
    writer: () =>
      writerFigure({pairs, vocabulary, start: first, onRow: (row) => figures.counting.update(row)}),
    counting: () => countingFigure({vocabulary, lengths, heldOut, smoothing, selected}),
    learning: () =>
      learningFigure({
        vocabulary,
        pairs,
        heldOut,
        smoothing,
        recorded: run,
        selected,
        corpus: () => corpusSource(corpus.isSite, urls)
      }),
    forcing: () => forcingFigure({text: [...trace.window.text], vocabulary, models: trace.window.models}),
    batch: () => batchFigure({passage: [...trace.passage], vocabulary}),
    ladder: () => ladderFigure(trace)
  });

  return {figures, facts: () => bigramFacts(trace, lengths, heldOut, run)};
}

type Lengths = {characters: number; pairs: ReturnType<typeof unpackCounts>}[];

/** What the chapter's prose says in numbers. */
function bigramFacts(
  trace: BigramTrace,
  lengths: Lengths,
  heldOut: Lengths[number]["pairs"],
  run: ReturnType<typeof recordedRun>
) {
  const {vocabulary, corpus, recorded} = trace;
  const V = vocabulary.length;
  const {pairs} = lengths.at(-1)!;
  const {smoothing} = gpt2;
  const early = run.tables[1] ?? run.tables[0]!;
  const best = ({characters, pairs}: Lengths[number]) => {
    const {smoothing} = bestPoint(smoothingCurve(pairs, heldOut));
    return {characters, best: formatSmoothing(smoothing), isLeast: smoothing <= SMOOTHING.min};
  };
  return {
    V,
    C: recorded.config.nEmbd,
    kinds: kindsOfPairs(pairs),
    surest: surestPair(pairs, vocabulary),
    short: best(lengths[0]!),
    whole: best(lengths.at(-1)!),
    counted: lossesAt(smoothing, pairs, heldOut),
    learned: run.tables.at(-1)!,
    /** The rows of the first table that was learned at all. */
    rows: {step: early.step, ...rowDistances(early.table, pairs)},
    floorWords: floorWords(corpus.floor),
    parameters: parameterCount(recorded.config),
    batchSize: neuralBigramTraining.batchSize,
    blockSize: recorded.config.blockSize,
    windowParameters: parameterCount({...windowModel, vocabSize: V}),
    windowSteps: windowTraining.steps,
    windowWords: windowAgainstCounts(trace.ladder, "MLP with a window"),
    fallback: corpus.isSite
      ? ""
      : "(This site’s own text has too many kinds of characters for a table on a page, so this chapter counts the built-in stories.)"
  };
}

/** The site's text by character, or the built-in stories, written here once more: they are the same wherever they are. */
async function corpusSource(isSite: boolean, urls: CorpusUrls): Promise<CorpusSource> {
  if (isSite) return {kind: "built", ...urls, tokenizer: {kind: "character"}};
  const {writeStories} = await import("../../corpus/storyText.js");
  const telling = writeStories({seed: 1, length: 1_000_000});
  return {kind: "text", name: "story grammar", text: telling.text(), tokenizer: {kind: "character"}};
}

/** The commonest letter of a passage; any character where it has none. */
function commonest(passage: string, vocabulary: readonly string[]): number {
  const times = new Map<string, number>();
  for (const character of passage)
    if (/\p{L}/u.test(character)) times.set(character, (times.get(character) ?? 0) + 1);
  const [most] = [...times].sort(([, a], [, b]) => b - a);
  return Math.max(0, vocabulary.indexOf(most?.[0] ?? passage[0] ?? ""));
}

function likeliest(counts: ArrayLike<number>, V: number, row: number): number {
  let best = 0;
  for (let column = 1; column < V; column++)
    if (counts[row * V + column]! > counts[row * V + best]!) best = column;
  return best;
}
