import {describe, expect, test} from "vitest";
import {recite, reciteTables} from "../../../src/components/chapters/measuring/recital.js";
import {writeStories} from "../../../src/components/corpus/storyText.js";
import {ngramLoss, trainNgram} from "../../../src/components/evaluation/ngram.js";
import {LONG_COPY} from "../../../src/components/evaluation/sampleReport.js";

describe("what a text recites", () => {
  const long = "abcdefghij".repeat(6);

  test("is marked from the least length on, and the pieces are the text", () => {
    const text = `x${long}y`;
    const {pieces, longest, share} = recite(text, `z${long}z`);
    expect(pieces).toEqual([
      {text: "x", copied: false},
      {text: long, copied: true},
      {text: "y", copied: false}
    ]);
    expect(longest).toBe(60);
    expect(share).toBeCloseTo(60 / 62, 12);
  });

  test("is nothing where all copies are short, and none of an empty text", () => {
    const short = long.slice(0, LONG_COPY - 1);
    expect(recite(short, short)).toEqual({pieces: [{text: short, copied: false}], longest: 49, share: 0});
    expect(recite("", long)).toEqual({pieces: [], longest: 0, share: 0});
  });
});

describe("tables of n-grams", () => {
  const text = writeStories({seed: 3, length: 12_000}).text();
  const [train, val] = [text.slice(0, 10_000), text.slice(10_000)];
  const rungs = reciteTables(train, val.slice(0, 1500), {order: 9, length: 200, seed: 1});

  test("have the losses of n-grams counted and smoothed one by one", () => {
    const kinds = [...new Set([...train, ...val.slice(0, 1500), "\n"])];
    const ids = (text: string) => Array.from(text, (character) => kinds.indexOf(character));
    for (const {order, train: own, heldOut} of [rungs[1]!, rungs[4]!]) {
      const model = trainNgram(ids(train), {order, vocabSize: kinds.length});
      expect(own).toBeCloseTo(ngramLoss(model, ids(train)), 9);
      expect(heldOut).toBeCloseTo(ngramLoss(model, ids(val.slice(0, 1500))), 9);
    }
  });

  test("learn their text by heart as the runs grow, and not what they never met", () => {
    for (let k = 1; k < rungs.length; k++) expect(rungs[k]!.train).toBeLessThan(rungs[k - 1]!.train);
    const best = Math.min(...rungs.map(({heldOut}) => heldOut));
    expect(rungs.at(-1)!.train).toBeLessThan(best / 4);
    expect(rungs.at(-1)!.heldOut).toBeGreaterThanOrEqual(best);
    expect(rungs.at(-1)!.sample.longest).toBeGreaterThan(rungs[1]!.sample.longest);
  });

  test("write the same with the same seed", () => {
    const again = reciteTables(train, val.slice(0, 1500), {order: 3, length: 200, seed: 1});
    expect(again.map(({sample}) => sample)).toEqual(rungs.slice(0, 3).map(({sample}) => sample));
  });

  test("of order 1 draw each character as often as it occurs", () => {
    const [one] = reciteTables("aaab".repeat(500), "a", {order: 1, length: 4000, seed: 2});
    const text = one!.sample.pieces.map(({text}) => text).join("");
    expect(text.split("a").length / text.length).toBeCloseTo(0.75, 1);
  });
});
