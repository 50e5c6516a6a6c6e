import {TOKEN_OF_BYTE, utf8Bytes} from "../../text/byteAlphabet.js";
import {preTokenise} from "../../text/preTokenise.js";

/** A text as it is cut from so many merges on, until the next of its cuts. */
export interface Cut {
  /** How many merges had been learned when the text was first cut so; 0 is bytes. */
  merges: number;
  /** Byte-level BPE token ids. */
  ids: readonly number[];
}

/**
 * Every different way in which a text is cut while merges are learned, from single bytes on. Merges are applied to
 * the whole text one after the other, as training does; `bytePairTokenizer(merges.slice(0, k))` gives the same tokens,
 * since a merge only ever makes room for later ones. O(merges × text), for a sentence or two.
 */
export function mergeSteps(text: string, merges: readonly {left: number; right: number}[]): Cut[] {
  const words = preTokenise(text).map((word) => Array.from(utf8Bytes(word), (byte) => TOKEN_OF_BYTE[byte]!));
  const cuts: Cut[] = [{merges: 0, ids: words.flat()}];
  merges.forEach(({left, right}, i) => {
    let isChanged = false;
    for (const word of words) isChanged = mergeInPlace(word, left, right, 256 + i) || isChanged;
    if (isChanged) cuts.push({merges: i + 1, ids: words.flat()});
  });
  return cuts;
}

/** The cut in force after `merges` merges: the last that began by then. */
export function cutAfter(cuts: readonly Cut[], merges: number): number {
  let low = 0;
  for (let high = cuts.length - 1; low < high; ) {
    const middle = (low + high + 1) >> 1;
    if (cuts[middle]!.merges <= merges) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Makes `id` of each occurrence of the pair, leftmost first; whether there was one. */
function mergeInPlace(word: number[], left: number, right: number, id: number): boolean {
  let length = 0;
  for (let i = 0; i < word.length; i++) {
    const isPair = word[i] === left && word[i + 1] === right;
    word[length++] = isPair ? id : word[i]!;
    if (isPair) i++;
  }
  const isChanged = length < word.length;
  word.length = length;
  return isChanged;
}
