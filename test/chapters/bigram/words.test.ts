import {expect, it} from "vitest";
import {countNeighbours} from "../../../src/components/chapters/bigram/pairCounts.js";
import {
  floorWords,
  rowDistances,
  surestPair,
  windowAgainstCounts
} from "../../../src/components/chapters/bigram/words.js";

it("finds the surest follower of what was seen often", () => {
  const text = [...Array.from({length: 150}, () => [0, 1]).flat(), 2, 0];
  expect(surestPair(countNeighbours(text, 3), ["q", "u", "!"])).toBe("after ‘q’ came ‘u’ all 150 times");
  // Of two that are as sure, the one seen more often.
  const two = [
    ...Array.from({length: 120}, () => [0, 1]).flat(),
    ...Array.from({length: 150}, () => [2, 3]).flat()
  ];
  expect(surestPair(countNeighbours(two, 4), ["a", "b", "c", "d"])).toBe("after ‘c’ came ‘d’ all 150 times");
  // A quote is surer here, but a letter says more.
  const quoted = [...Array.from({length: 150}, () => [0, 1, 0, 2]).flat()];
  expect(surestPair(countNeighbours(quoted, 3), ["a", "’", "b"])).toBe("after ‘b’ came ‘a’ all 149 times");
  expect(surestPair(countNeighbours(quoted, 3), ["x", "y", "!"])).toMatch(/^after ‘y’ came ‘x’ all 150/);
  expect(surestPair(countNeighbours(quoted, 3), ["x", ".", "!"])).toMatch(
    /^after ‘x’ came .* in 50(\.0)?% of 300 cases$/
  );
  expect(surestPair(countNeighbours([0, 1], 3), ["q", "u", "!"])).toMatch(/no character was seen often/);
});

it("says which of two models won, and nothing where one is missing", () => {
  const ladder = (network: number) => [
    {name: "net", sees: "", loss: network},
    {name: "Counted 12-grams", sees: "", loss: 0.5},
    {name: "Counted 3-grams", sees: "", loss: 0.1},
    {name: "Counted bigram", sees: "", loss: 0.7}
  ];
  expect(windowAgainstCounts(ladder(0.9), "net")).toMatch(/still beats .* 0\.90 nats against 0\.50/);
  expect(windowAgainstCounts(ladder(0.4), "net")).toMatch(/already beats/);
  expect(windowAgainstCounts(ladder(0.4), "another")).toBe("");
  expect(windowAgainstCounts([{name: "net", sees: "", loss: 1}], "net")).toBe("");
});

it("measures how far rows are from even and from the common", () => {
  const pairs = countNeighbours([0, 0, 1, 0, 0, 1, 0], 2);
  const even = rowDistances([0.5, 0.5, 0.5, 0.5], pairs);
  expect(even.toEven).toBeCloseTo(0, 12);
  // After 7 characters there are 4 zeros and 2 ones among the followers.
  expect(even.toCommon).toBeCloseTo(0.5 * Math.log(0.5 / (4 / 6)) + 0.5 * Math.log(0.5 / (2 / 6)), 12);
  const common = rowDistances([4 / 6, 2 / 6, 4 / 6, 2 / 6], pairs);
  expect(common.toCommon).toBeCloseTo(0, 12);
  expect(common.toEven).toBeGreaterThan(0);
});

it("explains the floor where there is one", () => {
  expect(floorWords(0.11)).toContain("no model can go below");
  expect(floorWords(null)).toBe("");
});
