import {describe, expect, test} from "vitest";
import {distinct, longestLoop, repeatedShare, wordsOf} from "../../src/components/evaluation/repetition.js";

test("words, with marks by themselves", () => {
  expect(wordsOf("“Tom’s cat,” she said.\n\n2 é")).toEqual([
    "“",
    "Tom’s",
    "cat",
    ",",
    "”",
    "she",
    "said",
    ".",
    "2",
    "é"
  ]);
});

describe("by hand: a b a b a", () => {
  const words = [..."ababa"];
  test("distinct-n", () => {
    expect(distinct(words, 1)).toBeCloseTo(2 / 5, 12);
    expect(distinct(words, 2)).toBeCloseTo(2 / 4, 12);
    expect(distinct(words, 3)).toBeCloseTo(2 / 3, 12);
    expect(distinct(words, 5)).toBe(1);
    expect(distinct(words, 6)).toBeNaN();
  });

  test("the share that repeats", () => {
    expect(repeatedShare(words, 2)).toBe(1);
    expect(repeatedShare(words, 3)).toBeCloseTo(2 / 3, 12); // aba twice, bab once
    expect(repeatedShare(words, 4)).toBe(0);
    expect(repeatedShare(words, 6)).toBeNaN();
  });
});

describe("loops", () => {
  test("what is said again at once, its last round perhaps in part", () => {
    expect(longestLoop("xx the end the end the y")).toEqual({start: 2, length: 21, period: 8});
    expect("xx the end the end the y".slice(2, 10)).toBe(" the end");
  });

  test("none where nothing is said twice in a row", () => {
    expect(longestLoop("abcdefg")).toBeNull();
    expect(longestLoop("")).toBeNull();
    expect(longestLoop("abcXabc")).toBeNull();
  });

  test("one letter is a loop too, and a loop may be the whole text", () => {
    expect(longestLoop("baaaa")).toEqual({start: 1, length: 4, period: 1});
    expect(longestLoop("abab")).toEqual({start: 0, length: 4, period: 2});
  });
});
