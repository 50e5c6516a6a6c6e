import {countBertWords} from "../../text/bertWords.js";
import {utf8Bytes} from "../../text/byteAlphabet.js";
import {characterLength} from "../../text/characterLength.js";
import {type CompressionPoint, compressionCurve} from "../../text/compression.js";
import {characterFrequencies, type Frequency, wordFrequencies} from "../../text/frequencies.js";
import {countPreTokens} from "../../text/preTokenise.js";
import {type BytePairMerge, learnBytePairs} from "../../text/trainBytePairs.js";
import {trainWordPieceTokenizer, wordPieceAlphabet} from "../../text/trainWordPieces.js";
import {beginning, shortDocuments} from "./samples.js";

/** The most merges that are learned from a text. */
export const MERGES = 1000;
/** Ranks of words that are kept one by one; of the rest, ranks evenly apart on a logarithmic scale. */
const EVERY_RANK = 60;
const RANKS_PER_DOUBLING = 12;

/** All that this chapter shows of a text, in a form that a file and a worker's message can hold. */
export interface TextStudy {
  name: string;
  /** Code points. */
  characters: number;
  bytes: number;
  characterFrequencies: Frequency[];
  words: {total: number; kinds: number; frequencies: Frequency[]};
  /** Byte pairs as they were learned: left, right, count and length of each, one after the other. */
  merges: number[];
  /** WordPiece's pieces without [UNK]: first those of one character, then those learned. */
  pieces: string[];
  /** How many of the pieces have one character. */
  alphabet: number;
  /** How short word pieces make the text, by vocabulary size. */
  pieceCurve: CompressionPoint[];
  /** Its beginning, and some short documents with blank lines between, to begin with. */
  sentence: string;
  documents: string;
}

/** The stages of a study, in order. */
export const STAGES = [
  "Counting characters",
  "Counting words",
  "Learning byte pairs",
  "Learning word pieces",
  "Measuring word pieces"
] as const;

/**
 * Counts a text and learns the tokenizers of this chapter from it: `onStage` hears which of `STAGES` begins. Throws
 * RangeError, with a sentence for the reader, for a text without words.
 */
export function studyText(
  name: string,
  text: string,
  onStage: (stage: number) => void = () => {}
): TextStudy {
  onStage(0);
  const characters = characterFrequencies(text);
  onStage(1);
  const words = wordFrequencies(text);
  onStage(2);
  const merges = learn(text, MERGES);
  onStage(3);
  const counts = countBertWords(text);
  const alphabet = wordPieceAlphabet(counts).length;
  const vocabularySize = Math.max(256 + MERGES, 1 + alphabet);
  const pieces = trainWordPieceTokenizer(counts, {vocabularySize}).vocabulary.slice(1);
  onStage(4);
  const pieceCurve = compressionCurve(text, {kind: "word-piece", vocabularySize});
  return {
    name,
    characters: characterLength(text),
    bytes: utf8Bytes(text).length,
    characterFrequencies: characters,
    words: {
      total: words.reduce((sum, {count}) => sum + count, 0),
      kinds: words.length,
      frequencies: thinned(words)
    },
    merges: merges.flatMap(({left, right, count, length}) => [left, right, count, length]),
    pieces,
    alphabet,
    pieceCurve: pieceCurve.filter((_, i) => i % 20 === 0 || i === pieceCurve.length - 1),
    sentence: beginning(text),
    documents: shortDocuments(text)
  };
}

/** The merges of a study. */
export function mergesOf({merges: numbers}: Pick<TextStudy, "merges">): BytePairMerge[] {
  return Array.from({length: numbers.length / 4}, (_, i) => {
    const [left, right, count, length] = numbers.slice(4 * i, 4 * i + 4) as [number, number, number, number];
    return {left, right, count, length};
  });
}

/** The compression of the studied text after each of its merges, bytes first: `compressionCurve` of the text. */
export function bytePairCurve(study: Pick<TextStudy, "merges" | "characters" | "bytes">): CompressionPoint[] {
  return [study.bytes, ...mergesOf(study).map(({length}) => length)].map((tokens, i) => ({
    vocabularySize: 256 + i,
    tokens,
    compression: study.characters / tokens
  }));
}

function learn(text: string, most: number): BytePairMerge[] {
  const merges: BytePairMerge[] = [];
  for (const merge of learnBytePairs(countPreTokens(text))) {
    merges.push(merge);
    if (merges.length >= most) break;
  }
  return merges;
}

/** The first ranks and, of the others, enough for a plot; the last is always there. */
function thinned(frequencies: readonly Frequency[]): Frequency[] {
  const bucket = (rank: number) => Math.floor(RANKS_PER_DOUBLING * Math.log2(rank));
  return frequencies.filter(
    ({rank}, i) => rank <= EVERY_RANK || i === frequencies.length - 1 || bucket(rank) !== bucket(rank - 1)
  );
}
