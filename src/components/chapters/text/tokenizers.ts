import {bytePairTokenizer} from "../../text/bytePairTokenizer.js";
import {characterTokenizer} from "../../text/characterTokenizer.js";
import type {Tokenizer} from "../../text/tokenizer.js";
import type {BytePairMerge} from "../../text/trainBytePairs.js";
import {wordPieceTokenizer} from "../../text/wordPieceTokenizer.js";
import {mergesOf, type TextStudy} from "./study.js";

/** The three ways to cut a text, in the order of their invention. */
export const KINDS = ["character", "byte-pair", "word-piece"] as const;
export type Kind = (typeof KINDS)[number];

export const KIND_NAMES: Record<Kind, string> = {
  character: "Characters",
  "byte-pair": "Byte pairs",
  "word-piece": "Word pieces"
};

/**
 * The three tokenizers that a text taught, the last two with `vocabularySize` tokens, or as near as they can come:
 * byte pairs have at least the 256 bytes, word pieces every character of the text.
 */
export function tokenizersOf(
  study: TextStudy,
  vocabularySize: number,
  merges: readonly BytePairMerge[] = mergesOf(study)
): Record<Kind, Tokenizer> {
  const pieces = Math.max(study.alphabet, vocabularySize - 1);
  return {
    character: characterTokenizer(
      study.characterFrequencies.map(({unit}) => unit).sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!)
    ),
    "byte-pair": bytePairTokenizer(merges.slice(0, Math.max(0, vocabularySize - 256))),
    "word-piece": wordPieceTokenizer(study.pieces.slice(0, pieces))
  };
}

/** From where to where in the text each token stands, in UTF-16 code units. */
export interface Span {
  start: number;
  end: number;
}

/**
 * The part of the text that each token of `tokenizer.encode(text)` stands for. Bytes of one character all stand for
 * it; word pieces do not stand for the white space between words.
 */
export function tokenSpans(text: string, tokenizer: Tokenizer): Span[] {
  const starts = [...tokenizer.boundaries(text)];
  let end = text.length;
  let next = text.length;
  const ends = starts.map(() => 0);
  for (let i = starts.length - 1; i >= 0; i--) {
    const start = starts[i]!;
    if (start < next) {
      end = next;
      next = start;
    }
    if (tokenizer.kind === "character") end = start + String.fromCodePoint(text.codePointAt(start)!).length;
    ends[i] = end;
  }
  return starts.map((start, i) => {
    const stop = ends[i]!;
    if (tokenizer.kind !== "word-piece") return {start, end: stop};
    return {start, end: start + text.slice(start, stop).trimEnd().length};
  });
}

/** Which of the spans share a character with one of another tokenizer's. */
export const overlapping = (spans: readonly Span[], with_: Span | null): boolean[] =>
  spans.map(({start, end}) => with_ !== null && start < with_.end && with_.start < end);
