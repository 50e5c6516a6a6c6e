import {createHeap} from "./heap.js";
import {pairKey} from "./pairIndex.js";

/**
 * Merges neighbours until no merge applies: the one learned earliest first, the leftmost of equals first.
 * `mergedInto` has the token that each pair makes, by `pairKey`; later merges make higher ids. Changes `symbols`.
 * O(n log n), so that a pre-token without an end (Chinese, base64) is no trap.
 */
export function mergePairs(symbols: number[], mergedInto: ReadonlyMap<number, number>): readonly number[] {
  const next = symbols.map((_, at) => at + 1);
  const previous = symbols.map((_, at) => at - 1);
  const heap = createHeap<{id: number; at: number}>((a, b) => a.id < b.id || (a.id === b.id && a.at < b.at));
  const partner = (at: number) => mergedInto.get(pairKey(symbols[at]!, symbols[next[at]!]!));
  const consider = (at: number) => {
    if (at < 0 || next[at]! >= symbols.length) return;
    const id = partner(at);
    if (id !== undefined) heap.push({id, at});
  };
  for (let at = 0; at < symbols.length; at++) consider(at);
  for (let top = heap.pop(); top; top = heap.pop()) {
    const {id, at} = top;
    // What was pushed may have been merged with something else since.
    if (symbols[at]! < 0 || next[at]! >= symbols.length || partner(at) !== id) continue;
    const second = next[at]!;
    symbols[at] = id;
    symbols[second] = -1;
    next[at] = next[second]!;
    if (next[at]! < symbols.length) previous[next[at]!] = at;
    consider(previous[at]!);
    consider(at);
  }
  return symbols.filter((id) => id >= 0);
}
