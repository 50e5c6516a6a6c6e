import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {
  characterFrequencies,
  rankFrequencies,
  tokenFrequencies,
  wordFrequencies
} from "../../src/components/text/frequencies.js";

const rows = (frequencies: ReturnType<typeof rankFrequencies>) =>
  frequencies.map(({rank, unit, count}) => [rank, unit, count]);

describe("rankFrequencies", () => {
  it("ranks by falling count, keeps the order of equals and leaves out what does not occur", () => {
    const counts = [
      ["a", 1],
      ["b", 5],
      ["c", 0],
      ["d", 5],
      ["e", 9]
    ] as const;
    expect(rankFrequencies(counts)).toEqual([
      {rank: 1, unit: "e", count: 9, share: 0.45},
      {rank: 2, unit: "b", count: 5, share: 0.25},
      {rank: 3, unit: "d", count: 5, share: 0.25},
      {rank: 4, unit: "a", count: 1, share: 0.05}
    ]);
    expect(rankFrequencies([])).toEqual([]);
  });

  it("gives shares that add up to 1 and counts that never rise", () => {
    fc.assert(
      fc.property(fc.string({minLength: 1}), (text) => {
        const frequencies = characterFrequencies(text);
        expect(frequencies.reduce((sum, {share}) => sum + share, 0)).toBeCloseTo(1, 12);
        expect(frequencies.reduce((sum, {count}) => sum + count, 0)).toBe([...text].length);
        frequencies.slice(1).forEach(({count, rank}, i) => {
          expect(rank).toBe(i + 2);
          expect(count).toBeLessThanOrEqual(frequencies[i]!.count);
        });
      })
    );
  });
});

it("counts characters as code points", () => {
  expect(rows(characterFrequencies("b😀a😀a c"))).toEqual([
    [1, "a", 2],
    [2, "😀", 2],
    [3, " ", 1],
    [4, "b", 1],
    [5, "c", 1]
  ]);
});

it("counts words without regard to case, with their inner apostrophes and hyphens", () => {
  const text = "The well-known cat didn't; the cat didn’t. ’Twas -the- CAT’S e\u0301t\u00E9 in 1984, 日本!";
  expect(rows(wordFrequencies(text))).toEqual([
    [1, "the", 3],
    [2, "cat", 2],
    [3, "well-known", 1],
    [4, "didn't", 1],
    [5, "didn’t", 1],
    [6, "twas", 1],
    [7, "cat’s", 1],
    [8, "e\u0301t\u00E9", 1],
    [9, "in", 1],
    [10, "1984", 1],
    [11, "日本", 1]
  ]);
  expect(wordFrequencies("… !?")).toEqual([]);
  expect(wordFrequencies("日".repeat(3_000_000))).toMatchObject([{count: 30}]);
});

it("counts tokens, and refuses ids outside the vocabulary", () => {
  expect(rows(tokenFrequencies([2, 0, 2, 3], ["a", "b", "ab", " "]))).toEqual([
    [1, "ab", 2],
    [2, "a", 1],
    [3, " ", 1]
  ]);
  for (const id of [4, -1, 0.5])
    expect(() => tokenFrequencies([0, id], ["a", "b", "ab", " "])).toThrow(`Token id ${id} is outside`);
});
