import {TOKEN_OF_BYTE, utf8Bytes} from "./byteAlphabet.js";
import {bytePairTokenizer} from "./bytePairTokenizer.js";
import {MAX_VOCABULARY} from "./characterTokenizer.js";
import {createHeap} from "./heap.js";
import {createPairIndex, type Pair, pairKey, type WeightedWord} from "./pairIndex.js";
import {countPreTokens} from "./preTokenise.js";
import type {Tokenizer} from "./tokenizer.js";

/** One step of training. The merge at index i of the list made token 256 + i. */
export interface BytePairMerge {
  /** The tokens that became one. */
  left: number;
  right: number;
  /** How often they were neighbours in the training text before the merge. */
  count: number;
  /** Tokens in the training text after the merge: its compression so far. */
  length: number;
}

export interface BytePairTraining {
  /** Tokens wanted, the 256 bytes included and padding not: 256 to 65,536, with padding 65,535. */
  vocabularySize: number;
  /** Pairs that occur less often are not merged; 2 unless given, since one occurrence compresses nothing. */
  minimumCount?: number;
  /** The text of a padding token, which is added to them and takes the last id. */
  padding?: string;
}

/**
 * The byte-level BPE tokenizer of a text, or of its `countPreTokens`. A short text may yield fewer tokens
 * than wanted. Throws RangeError for an empty text and for a vocabulary size outside 256 to 65,536.
 */
export function trainBytePairTokenizer(
  text: string | ReadonlyMap<string, number>,
  {vocabularySize, minimumCount, padding}: BytePairTraining
): Tokenizer {
  const most = MAX_VOCABULARY - (padding === undefined ? 0 : 1);
  if (!Number.isInteger(vocabularySize) || vocabularySize < 256 || vocabularySize > most)
    throw new RangeError(
      `vocabularySize is ${vocabularySize}; a byte-level BPE vocabulary has 256 to ${most} tokens` +
        `${padding === undefined ? "" : " and padding"}.`
    );
  const preTokens = typeof text === "string" ? countPreTokens(text) : text;
  const merges: BytePairMerge[] = [];
  const learning = learnBytePairs(preTokens, minimumCount);
  while (merges.length < vocabularySize - 256) {
    const {value, done} = learning.next();
    if (done) break;
    merges.push(value);
  }
  return bytePairTokenizer(merges, padding);
}

/**
 * Learns the merges of byte-level BPE (Sennrich et al. 2016, arXiv:1508.07909; Radford et al. 2019) one by
 * one, so that a caller can show each, stop, and go on. Each time the most frequent pair of neighbours
 * becomes a token; of equally frequent pairs the one with the lower left id, then the lower right id. A pair
 * that spells a token which exists already is passed over. Ends when no pair occurs `minimumCount` times.
 * Throws RangeError when there are no pre-tokens.
 */
export function* learnBytePairs(
  preTokens: ReadonlyMap<string, number>,
  minimumCount = 2
): Generator<BytePairMerge, void> {
  if (preTokens.size === 0)
    throw new RangeError("The text is empty: a tokenizer learns from a text with at least one character.");
  const index = createPairIndex(words(preTokens));
  const spellings = Array.from({length: 256}, (_, id) => String.fromCharCode(id));
  const taken = new Set<string>(spellings);
  // The heap holds counts as they were when pushed. They only fall, so a stale one is put back corrected.
  const heap = createHeap<{pair: Pair; count: number}>(
    (a, b) =>
      a.count > b.count ||
      (a.count === b.count && pairKey(a.pair.left, a.pair.right) < pairKey(b.pair.left, b.pair.right))
  );
  for (const pair of index.pairs.values()) heap.push({pair, count: pair.count});

  for (let top = heap.pop(); top && top.count >= minimumCount; top = heap.pop()) {
    const {pair, count} = top;
    if (pair.count !== count) {
      if (pair.count > 0) heap.push({pair, count: pair.count});
      continue;
    }
    const spelling = spellings[pair.left]! + spellings[pair.right]!;
    if (taken.has(spelling)) {
      index.discard(pair);
      continue;
    }
    for (const made of index.merge(pair, spellings.length)) heap.push({pair: made, count: made.count});
    spellings.push(spelling);
    taken.add(spelling);
    yield {left: pair.left, right: pair.right, count, length: index.length};
  }
}

function* words(preTokens: ReadonlyMap<string, number>): Generator<WeightedWord> {
  for (const [preToken, count] of preTokens)
    yield [utf8Bytes(preToken).map((byte) => TOKEN_OF_BYTE[byte]!), count];
}
