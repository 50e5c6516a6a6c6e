import fc from "fast-check";
import {expect, it} from "vitest";
import {
  countedTable,
  countNeighbours,
  kindsOfPairs,
  packCounts,
  rowDistribution,
  rowTotal,
  tableLoss,
  unpackCounts
} from "../../../src/components/chapters/bigram/pairCounts.js";
import {ngramLoss, trainNgram} from "../../../src/components/evaluation/ngram.js";

const text = fc
  .integer({min: 2, max: 6})
  .chain((size) =>
    fc.array(fc.integer({min: 0, max: size - 1}), {maxLength: 40}).map((tokens) => ({size, tokens}))
  );

it("counts each pair of neighbours once", () => {
  const pairs = countNeighbours([0, 1, 1, 0, 1, 2], 3);
  expect([...pairs.counts]).toEqual([0, 2, 0, 1, 1, 1, 0, 0, 0]);
  expect([0, 1, 2].map((row) => rowTotal(pairs, row))).toEqual([2, 3, 0]);
  expect(kindsOfPairs(pairs)).toBe(4);
  expect(kindsOfPairs(countNeighbours([2], 3))).toBe(0);
});

it("adds α to every count, and makes every row sum to 1", () => {
  const pairs = countNeighbours([0, 1, 1, 0, 1, 2], 3);
  const table = countedTable(pairs, 0.5);
  expect(table[1]).toBeCloseTo((2 + 0.5) / (2 + 1.5), 12);
  expect([...countedTable(pairs, 0).subarray(6)]).toEqual([1 / 3, 1 / 3, 1 / 3]);
  fc.assert(
    fc.property(text, fc.double({min: 0, max: 100, noNaN: true}), ({size, tokens}, smoothing) => {
      const table = countedTable(countNeighbours(tokens, size), smoothing);
      for (let row = 0; row < size; row++) {
        const sum = table.subarray(row * size, (row + 1) * size).reduce((a, b) => a + b);
        expect(sum).toBeCloseTo(1, 9);
      }
    })
  );
});

it("measures a text by its pairs as token by token, and infinitely where a pair was impossible", () => {
  const tokens = [0, 1, 1, 0, 1, 2, 0, 1];
  const table = countedTable(countNeighbours([0, 1, 2, 0, 1], 3), 0.1);
  let sum = 0;
  for (let i = 1; i < tokens.length; i++) sum -= Math.log(table[tokens[i - 1]! * 3 + tokens[i]!]!);
  expect(tableLoss(table, countNeighbours(tokens, 3))).toBeCloseTo(sum / 7, 12);
  const unsmoothed = countedTable(countNeighbours([0, 1, 0], 3), 0);
  expect(tableLoss(unsmoothed, countNeighbours([0, 2], 3))).toBe(Number.POSITIVE_INFINITY);
  expect(tableLoss(table, countNeighbours([], 3))).toBeNaN();
});

it("finds no table with a lower loss on a text than the shares counted in it", () => {
  fc.assert(
    fc.property(text, fc.double({min: 0.01, max: 10, noNaN: true}), ({size, tokens}, smoothing) => {
      fc.pre(tokens.length > 1);
      const pairs = countNeighbours(tokens, size);
      const best = tableLoss(countedTable(pairs, 0), pairs);
      expect(best).toBeLessThanOrEqual(tableLoss(countedTable(pairs, smoothing), pairs) + 1e-9);
    })
  );
});

it("is near the n-grams of order 2 where text is plenty", () => {
  const tokens = Array.from({length: 3000}, (_, i) => (i * i + (i % 7)) % 5);
  const counted = tableLoss(countedTable(countNeighbours(tokens, 5), 0.01), countNeighbours(tokens, 5));
  expect(counted).toBeCloseTo(ngramLoss(trainNgram(tokens, {order: 2, vocabSize: 5}), tokens), 2);
});

it("packs counts and unpacks them, and refuses what does not fit", () => {
  fc.assert(
    fc.property(text, ({size, tokens}) => {
      const pairs = countNeighbours(tokens, size);
      expect(unpackCounts(packCounts(pairs), size)).toEqual(pairs);
    })
  );
  expect(() => unpackCounts([9, 1], 3)).toThrow("A count at place 9 does not fit a table of 3 × 3.");
});

it("makes a row a distribution, the likeliest first, with nothing kept that cannot come", () => {
  const table = countedTable(countNeighbours([0, 1, 1, 0, 1, 2], 3), 0);
  const row = rowDistribution(table, 3, 1);
  expect([...row.ids]).toEqual([0, 1, 2]);
  expect(row.kept).toBe(3);
  expect(row.entropy.after).toBeCloseTo(Math.log(3), 12);
  expect(rowDistribution(table, 3, 0)).toMatchObject({kept: 1, removedMass: 0});
  expect(rowDistribution(table, 3, 0).ids[0]).toBe(1);
});
