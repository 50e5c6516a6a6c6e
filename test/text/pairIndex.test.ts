import fc from "fast-check";
import {expect, it} from "vitest";
import {createPairIndex, pairKey, type WeightedWord} from "../../src/components/text/pairIndex.js";

/** Pair counts and length by counting everything again. */
function recount(words: readonly WeightedWord[]): {counts: Map<number, number>; length: number} {
  const counts = new Map<number, number>();
  let length = 0;
  for (const [word, count] of words) {
    length += word.length * count;
    for (let i = 0; i + 1 < word.length; i++) {
      const key = pairKey(word[i]!, word[i + 1]!);
      counts.set(key, (counts.get(key) ?? 0) + count);
    }
  }
  return {counts, length};
}

function mergeWord(word: ArrayLike<number>, left: number, right: number, id: number): number[] {
  const merged: number[] = [];
  for (let i = 0; i < word.length; i++)
    if (word[i] === left && word[i + 1] === right) {
      merged.push(id);
      i++;
    } else merged.push(word[i]!);
  return merged;
}

it("counts overlapping neighbours and merges the leftmost", () => {
  const index = createPairIndex([[[1, 1, 1, 1, 1], 3]]);
  const pair = index.pairs.get(pairKey(1, 1))!;
  expect(pair).toMatchObject({count: 12, positions: [0, 1, 2, 3]});
  expect(index.merge(pair, 2)).toMatchObject([
    {left: 2, right: 2, count: 3},
    {left: 2, right: 1, count: 3}
  ]);
  expect(index.pairs.size).toBe(2);
  expect(index.length).toBe(9);
});

it("has the counts that counting again would give, after any merges in any order", () => {
  const symbol = fc.integer({min: 0, max: 3});
  const word = fc.tuple(fc.array(symbol, {maxLength: 12}), fc.integer({min: 1, max: 4}));
  fc.assert(
    fc.property(fc.array(word, {maxLength: 6}), fc.infiniteStream(fc.nat()), (start, choices) => {
      let words: WeightedWord[] = start;
      const index = createPairIndex(words);
      for (let id = 4; ; id++) {
        const {counts, length} = recount(words);
        expect(new Map([...index.pairs].map(([key, {count}]) => [key, count]))).toEqual(counts);
        expect(index.length).toBe(length);
        const pairs = [...index.pairs.values()];
        if (pairs.length === 0) break;
        const pair = pairs[choices.next().value % pairs.length]!;
        const before = new Map(counts);
        words = words.map(([w, count]) => [mergeWord(w, pair.left, pair.right, id), count]);
        const made = index.merge(pair, id);
        expect(made).toEqual([...index.pairs.values()].filter((p) => p.left === id || p.right === id));
        for (const [key, count] of recount(words).counts)
          if (before.has(key)) expect(count).toBeLessThanOrEqual(before.get(key)!);
      }
    })
  );
});

it("forgets a discarded pair, though its symbols stay", () => {
  const index = createPairIndex([[[1, 2, 3], 1]]);
  index.discard(index.pairs.get(pairKey(1, 2))!);
  index.merge(index.pairs.get(pairKey(2, 3))!, 4);
  expect([...index.pairs.values()]).toMatchObject([{left: 1, right: 4, count: 1}]);
});
