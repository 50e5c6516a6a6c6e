import {countBertWords, forEachBertWord} from "../../components/text/bertWords.js";
import {TOKEN_OF_BYTE, utf8Bytes} from "../../components/text/byteAlphabet.js";
import {countPreTokens, forEachPreToken} from "../../components/text/preTokenise.js";
import {isWordPieceWord} from "../../components/text/wordPieceTokenizer.js";

/*
 * The tokenizers as the papers' own listings write them: everything is counted and looked at anew for each merge. They
 * make the same vocabularies and the same ids as ours, and are the yardstick of its speed.
 */

/** A tokenizer that was learnt: text → ids. */
export type Encode = (text: string) => number[];

/** One token a character, by code point. */
export function plainCharacters(text: string): Encode {
  const ids = new Map(sorted(new Set(text)).map((character, id) => [character, id]));
  return (text) => Array.from(text, (character) => ids.get(character)!);
}

/** Words as lists of symbols, and how often each occurs. */
type Words = {symbols: number[]; count: number}[];

interface PairCount {
  left: number;
  right: number;
  count: number;
}

/** Byte-level BPE (Sennrich et al. 2016, listing 1). `size` counts the 256 bytes. */
export function plainBytePairs(text: string, size: number): Encode {
  const bytes = (word: string) => Array.from(utf8Bytes(word), (byte) => TOKEN_OF_BYTE[byte]!);
  let words: Words = Array.from(countPreTokens(text), ([word, count]) => ({symbols: bytes(word), count}));
  const spellings = Array.from({length: 256}, (_, id) => String.fromCharCode(id));
  const merges = new Map<string, number>();
  const passedOver = new Set<string>();
  while (spellings.length < size) {
    const best = bestOf(pairCounts(words), passedOver, ({count}) => count);
    if (!best) break;
    const spelling = spellings[best.left]! + spellings[best.right]!;
    if (spellings.includes(spelling)) {
      passedOver.add(keyOf(best));
      continue;
    }
    const id = spellings.push(spelling) - 1;
    merges.set(keyOf(best), id);
    words = words.map(({symbols, count}) => ({symbols: merged(symbols, best, id), count}));
  }
  return (text) => {
    const ids: number[] = [];
    forEachPreToken(text, (word) => {
      let symbols = bytes(word);
      for (;;) {
        let first: (PairCount & {id: number}) | null = null;
        for (let i = 0; i + 1 < symbols.length; i++) {
          const pair = {left: symbols[i]!, right: symbols[i + 1]!, count: 0};
          const id = merges.get(keyOf(pair));
          if (id !== undefined && (!first || id < first.id)) first = {...pair, id};
        }
        if (!first) break;
        symbols = merged(symbols, first, first.id);
      }
      ids.push(...symbols);
    });
    return ids;
  };
}

/** WordPiece as the Hugging Face course writes it. `size` counts `[UNK]`. */
export function plainWordPieces(text: string, size: number): Encode {
  const counted = new Map([...countBertWords(text)].filter(([word]) => isWordPieceWord(word)));
  const initial = new Set<string>();
  const continuing = new Set<string>();
  for (const word of counted.keys()) {
    const [first, ...others] = [...word];
    initial.add(first!);
    for (const character of others) continuing.add(character);
  }
  const pieces = [...sorted(initial), ...sorted(continuing).map((character) => `##${character}`)];
  const ids = new Map(pieces.map((piece, id) => [piece, id]));
  let words: Words = Array.from(counted, ([word, count]) => ({
    symbols: [...word].map((character, i) => ids.get(i === 0 ? character : `##${character}`)!),
    count
  }));
  const passedOver = new Set<string>();
  while (pieces.length < size - 1) {
    const counts = new Map<number, number>();
    for (const {symbols, count} of words)
      for (const id of symbols) counts.set(id, (counts.get(id) ?? 0) + count);
    const score = ({left, right, count}: PairCount) => count / (counts.get(left)! * counts.get(right)!);
    const best = bestOf(pairCounts(words), passedOver, score);
    if (!best) break;
    const piece = pieces[best.left]! + pieces[best.right]!.slice(2);
    if (ids.has(piece)) {
      passedOver.add(keyOf(best));
      continue;
    }
    const id = pieces.push(piece) - 1;
    ids.set(piece, id);
    words = words.map(({symbols, count}) => ({symbols: merged(symbols, best, id), count}));
  }
  return (text) => {
    const found: number[] = [];
    forEachBertWord(text, (word) => {
      if (!isWordPieceWord(word)) {
        found.push(0);
        return;
      }
      const spelling: number[] = [];
      let rest = word;
      while (rest !== "") {
        let end = rest.length;
        const prefix = rest === word ? "" : "##";
        while (end > 0 && !ids.has(prefix + rest.slice(0, end))) end--;
        if (end === 0) {
          // [UNK], which is token 0 and comes before the pieces.
          found.push(0);
          return;
        }
        spelling.push(ids.get(prefix + rest.slice(0, end))! + 1);
        rest = rest.slice(end);
      }
      found.push(...spelling);
    });
    return found;
  };
}

const sorted = (characters: Iterable<string>): string[] =>
  [...characters].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);

const keyOf = ({left, right}: {left: number; right: number}): string => `${left} ${right}`;

function pairCounts(words: Words): PairCount[] {
  const pairs = new Map<string, PairCount>();
  for (const {symbols, count} of words)
    for (let i = 0; i + 1 < symbols.length; i++) {
      const pair = {left: symbols[i]!, right: symbols[i + 1]!, count};
      const known = pairs.get(keyOf(pair));
      if (known) known.count += count;
      else pairs.set(keyOf(pair), pair);
    }
  return [...pairs.values()];
}

/** Of equal scores the more frequent, then the one whose parts came first. One occurrence compresses nothing. */
function bestOf(
  pairs: PairCount[],
  passedOver: ReadonlySet<string>,
  score: (pair: PairCount) => number
): PairCount | undefined {
  return pairs
    .filter((pair) => pair.count >= 2 && !passedOver.has(keyOf(pair)))
    .sort((a, b) => score(b) - score(a) || b.count - a.count || a.left - b.left || a.right - b.right)[0];
}

/** Every occurrence of the pair as one symbol, from the left. */
function merged(symbols: number[], {left, right}: {left: number; right: number}, id: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < symbols.length; i++)
    if (symbols[i] === left && symbols[i + 1] === right) {
      result.push(id);
      i++;
    } else result.push(symbols[i]!);
  return result;
}
