import {countBertWords} from "./bertWords.js";
import {MAX_VOCABULARY} from "./characterTokenizer.js";
import {createPairIndex, type Pair, type WeightedWord} from "./pairIndex.js";
import type {Tokenizer} from "./tokenizer.js";
import {CONTINUING, isWordPieceWord, UNKNOWN, wordPieceTokenizer} from "./wordPieceTokenizer.js";

/** One step of training: `left` and `right` (pieces as the vocabulary spells them) became `piece`. */
export interface WordPieceMerge {
  left: string;
  right: string;
  piece: string;
  /** How often left and right were neighbours in the training text before the merge. */
  count: number;
  /** count(left right) / (count(left) · count(right)). */
  score: number;
  /** Pieces in the training text after the merge. */
  length: number;
}

export interface WordPieceTraining {
  /** Tokens wanted, `[UNK]` and every character included and padding not; at most 65,536, with padding 65,535. */
  vocabularySize: number;
  /** Pairs that occur less often are not merged; 2 unless given. */
  minimumCount?: number;
  /** The text of a padding token, which is added to them and takes the last id. */
  padding?: string;
}

/**
 * The WordPiece tokenizer of a text, or of its `countBertWords`: `[UNK]`, the characters that begin words, the
 * characters that continue them, each by code point, then the pieces in the order in which they were learned.
 * A short text may yield fewer than wanted. Throws RangeError for a text without words and for a vocabulary
 * size below the number of characters or above 65,536.
 */
export function trainWordPieceTokenizer(
  text: string | ReadonlyMap<string, number>,
  {vocabularySize, minimumCount, padding}: WordPieceTraining
): Tokenizer {
  const words = typeof text === "string" ? countBertWords(text) : text;
  const pieces = wordPieceAlphabet(words);
  const least = pieces.length + 1;
  const most = MAX_VOCABULARY - (padding === undefined ? 0 : 1);
  if (!Number.isInteger(vocabularySize) || vocabularySize < least || vocabularySize > most)
    throw new RangeError(
      `vocabularySize is ${vocabularySize}; ${UNKNOWN} and the characters that begin or continue words in this text ` +
        `alone need ${least}, and at most ${most} are allowed.`
    );
  const learning = learnWordPieces(words, minimumCount);
  while (pieces.length < vocabularySize - 1) {
    const {value, done} = learning.next();
    if (done) break;
    pieces.push(value.piece);
  }
  return wordPieceTokenizer(pieces, padding);
}

/**
 * The pieces of one character: those that begin a word, then those that continue one, each by code point.
 * Words that the tokenizer would not look at (over 100 characters, or with half a surrogate pair) add none.
 * Throws RangeError when there are no words.
 */
export function wordPieceAlphabet(words: ReadonlyMap<string, number>): string[] {
  const initial = new Set<string>();
  const continuing = new Set<string>();
  for (const word of words.keys())
    if (isWordPieceWord(word))
      [...word].forEach((character, i) => {
        (i === 0 ? initial : continuing).add(character);
      });
  if (initial.size === 0)
    throw new RangeError(
      "The text has no words: a WordPiece tokenizer learns from a text with at least one."
    );
  const byCodePoint = (characters: Set<string>) =>
    [...characters].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  return [...byCodePoint(initial), ...byCodePoint(continuing).map((character) => CONTINUING + character)];
}

/**
 * Learns WordPiece's merges one by one (Schuster and Nakajima 2012; the score as in the Hugging Face course).
 * Each time the pair whose merging raises the likelihood of the text most becomes a piece: the one that occurs
 * most often compared with its parts, count(ab) / (count(a) · count(b)). Of equal scores the more frequent
 * pair, then the one whose parts came first. A pair that spells a piece which exists already is passed over.
 * Ends when no pair occurs `minimumCount` times. Each step looks at every pair once, because a merge changes
 * the score of every pair that its parts are in.
 */
export function* learnWordPieces(
  words: ReadonlyMap<string, number>,
  minimumCount = 2
): Generator<WordPieceMerge, void> {
  const pieces = wordPieceAlphabet(words);
  const spelt = [...weighted(words, new Map(pieces.map((piece, id) => [piece, id])))];
  const counts: number[] = new Array(pieces.length).fill(0);
  for (const [symbols, count] of spelt) for (const id of Array.from(symbols)) counts[id]! += count;
  const index = createPairIndex(spelt);
  const taken = new Set(pieces);
  const score = ({left, right, count}: Pair) => count / (counts[left]! * counts[right]!);

  while (pieces.length < MAX_VOCABULARY) {
    let best: Pair | undefined;
    let bestScore = 0;
    for (const pair of index.pairs.values()) {
      if (pair.count < minimumCount) continue;
      const candidate = score(pair);
      if (candidate < bestScore || (candidate === bestScore && best && !comesBefore(pair, best))) continue;
      best = pair;
      bestScore = candidate;
    }
    if (!best) return;
    const [left, right] = [pieces[best.left]!, pieces[best.right]!];
    const piece = left + right.slice(CONTINUING.length);
    if (taken.has(piece)) {
      index.discard(best);
      continue;
    }
    const before = index.length;
    const {count} = best;
    index.merge(best, pieces.length);
    const merged = before - index.length;
    counts[best.left]! -= merged;
    counts[best.right]! -= merged;
    counts.push(merged);
    pieces.push(piece);
    taken.add(piece);
    yield {left, right, piece, count, score: bestScore, length: index.length};
  }
}

const comesBefore = (a: Pair, b: Pair): boolean =>
  a.count > b.count || (a.count === b.count && (a.left < b.left || (a.left === b.left && a.right < b.right)));

function* weighted(
  words: ReadonlyMap<string, number>,
  ids: ReadonlyMap<string, number>
): Generator<WeightedWord> {
  for (const [word, count] of words)
    if (isWordPieceWord(word))
      yield [[...word].map((character, i) => ids.get(i === 0 ? character : CONTINUING + character)!), count];
}
