import {expect, it} from "vitest";
import {mergePairs} from "../../src/components/text/mergePairs.js";
import {pairKey} from "../../src/components/text/pairIndex.js";

const merges = new Map([
  [pairKey(1, 2), 10],
  [pairKey(2, 3), 11],
  [pairKey(10, 3), 12],
  [pairKey(1, 1), 13],
  [pairKey(13, 13), 14]
]);

it.each<[string, number[], number[]]>([
  ["an earlier merge before a later", [1, 2, 3], [12]],
  ["a later merge where the earlier does not apply", [2, 2, 3, 3], [2, 11, 3]],
  ["the leftmost of overlapping pairs", [1, 1, 1], [13, 1]],
  ["merges of merges", [1, 1, 1, 1, 1, 1, 1], [14, 13, 1]],
  ["an earlier merge though a later one stands to its left", [1, 1, 2], [1, 10]],
  ["nothing where nothing applies", [3, 2, 1], [3, 2, 1]],
  ["a single symbol", [1], [1]],
  ["no symbols", [], []]
])("applies %s", (_, symbols, merged) => {
  expect(mergePairs(symbols, merges)).toEqual(merged);
});
