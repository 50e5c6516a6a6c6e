import {expect, it} from "vitest";
import {countNeighbours} from "../../../src/components/chapters/bigram/pairCounts.js";
import {surestPair, windowAgainstCounts} from "../../../src/components/chapters/bigram/words.js";

it("finds the surest follower of what was seen often", () => {
  const text = [...Array.from({length: 150}, () => [0, 1]).flat(), 2, 0];
  expect(surestPair(countNeighbours(text, 3), ["q", "u", "!"])).toBe("after ‘q’ came ‘u’ 100% of 150 times");
  expect(surestPair(countNeighbours([0, 1], 3), ["q", "u", "!"])).toMatch(/no character was seen often/);
});

it("says which of two models won, and nothing where one is missing", () => {
  const ladder = (network: number) => [
    {name: "net", sees: "", loss: network},
    {name: "counts", sees: "", loss: 0.5}
  ];
  expect(windowAgainstCounts(ladder(0.9), "net", "counts")).toMatch(
    /still beats .* 0\.90 nats against 0\.50/
  );
  expect(windowAgainstCounts(ladder(0.4), "net", "counts")).toMatch(/already beats/);
  expect(windowAgainstCounts([], "net", "counts")).toBe("");
});
