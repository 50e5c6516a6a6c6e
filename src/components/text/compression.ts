import {countBertWords} from "./bertWords.js";
import {utf8Bytes} from "./byteAlphabet.js";
import {characterLength} from "./characterLength.js";
import {countPreTokens} from "./preTokenise.js";
import {checkTokenizerChoice, type TokenizerChoice} from "./tokenizerChoice.js";
import {learnBytePairs} from "./trainBytePairs.js";
import {learnWordPieces, wordPieceAlphabet} from "./trainWordPieces.js";
import {isWordPieceWord} from "./wordPieceTokenizer.js";

/** How well a text compresses with a vocabulary of one size. */
export interface CompressionPoint {
  vocabularySize: number;
  /** The text's length in tokens. */
  tokens: number;
  /** Characters (code points) a token. */
  compression: number;
}

/**
 * The compression of a text: its characters (code points) over its tokens, so 1 for a character tokenizer that
 * knows them all. Throws RangeError when there are no tokens.
 */
export function compression(text: string, tokens: number): number {
  if (!(tokens > 0))
    throw new RangeError("A text without tokens has no compression: give a text with at least one token.");
  return characterLength(text) / tokens;
}

/**
 * The compression of a text with each vocabulary that it teaches itself, from the smallest (the bytes alone; for
 * WordPiece `[UNK]` and the characters) to `vocabularySize`, one point a merge. One training gives them all, since
 * the merges of a smaller vocabulary are the first ones of a larger. Ends early where nothing is left to merge.
 * Throws RangeError as `trainTokenizer` does, but for sizes that leave no room to merge: those give one point.
 */
export function compressionCurve(
  text: string,
  choice: Exclude<TokenizerChoice, {kind: "character"}>
): CompressionPoint[] {
  checkTokenizerChoice(choice);
  const {smallest, tokens, learning} = choice.kind === "byte-pair" ? bytePairs(text) : wordPieces(text);
  const characters = characterLength(text);
  const point = (merges: number, length: number): CompressionPoint => ({
    vocabularySize: smallest + merges,
    tokens: length,
    compression: characters / length
  });
  const points = [point(0, tokens)];
  while (smallest + points.length <= choice.vocabularySize) {
    const {value, done} = learning.next();
    if (done) break;
    points.push(point(points.length, value.length));
  }
  return points;
}

interface Learning {
  /** The size of the vocabulary before the first merge, and the text's length in its tokens. */
  smallest: number;
  tokens: number;
  learning: Generator<{length: number}, void>;
}

function bytePairs(text: string): Learning {
  const preTokens = countPreTokens(text);
  if (preTokens.size === 0)
    throw new RangeError("The text is empty: give a text with at least one character to compress.");
  return {smallest: 256, tokens: utf8Bytes(text).length, learning: learnBytePairs(preTokens)};
}

function wordPieces(text: string): Learning {
  const words = countBertWords(text);
  const alphabet = wordPieceAlphabet(words);
  // A word that the tokenizer would not look at is one [UNK], which no merge makes shorter.
  let [unknown, known] = [0, 0];
  for (const [word, count] of words)
    if (isWordPieceWord(word)) known += count * characterLength(word);
    else unknown += count;
  return {
    smallest: 1 + alphabet.length,
    tokens: known + unknown,
    learning: withUnknown(learnWordPieces(words), unknown)
  };
}

function* withUnknown(
  learning: Generator<{length: number}, void>,
  unknown: number
): Generator<{length: number}, void> {
  for (const {length} of learning) yield {length: length + unknown};
}
