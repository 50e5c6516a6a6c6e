import {describe, expect, test} from "vitest";
import {choosePassages, sentenceSpans} from "../../../src/components/chapters/measuring/passages.js";

const textOf = (text: string, options: {from: number; least: number; most: number}) =>
  sentenceSpans([...text], options).map(({start, end}) => text.slice(start, end));

describe("sentences", () => {
  const text = 'jar. He ran. "Stop!" said Mia. She slept. The end';

  test("begin after the end of one and go to the last that fits", () => {
    expect(textOf(text, {from: 0, least: 5, most: 20})).toEqual([
      "He ran.",
      '"Stop!" said Mia.',
      "She slept.",
      "The end"
    ]);
    expect(textOf(text, {from: 0, least: 5, most: 30})[0]).toBe('He ran. "Stop!" said Mia.');
  });

  test("do not begin with the rest of one, nor before the first token asked for", () => {
    expect(textOf(text, {from: 6, least: 5, most: 20})).not.toContain("He ran.");
    expect(textOf(text, {from: 0, least: 5, most: 20}).join()).not.toMatch(/^said|,said/);
  });

  test("are cut where they do not end in time", () => {
    expect(textOf("A. Bbbbbbbbbb bbbbbbbbbb.", {from: 0, least: 6, most: 8})).toEqual(["Bbbbbbbb"]);
  });

  test("end with tokens of several characters too", () => {
    const tokens = ["Go", ".", " He", " ran", ".", " She", " slept", "."];
    expect(sentenceSpans(tokens, {from: 0, least: 2, most: 3})).toEqual([
      {start: 2, end: 5},
      {start: 5, end: 8}
    ]);
  });
});

describe("the passages chosen", () => {
  const spans = [0, 2, 4, 6].map((start) => ({start, end: start + 2}));

  test("are the farthest, the nearest and the one most like the whole", () => {
    const distances = Float64Array.of(0, 1, 9, 0, 0, 0, 2, 2);
    expect(choosePassages(spans, distances)).toEqual({
      farthest: spans[1],
      nearest: spans[2],
      typical: spans[3]
    });
  });

  test("leave out what is not known, and may be the same where there is but one", () => {
    const [only] = spans;
    expect(choosePassages([only!], Float64Array.of(Number.NaN, 3))).toEqual({
      farthest: only,
      nearest: only,
      typical: only
    });
    expect(() => choosePassages([], Float64Array.of(1))).toThrow(RangeError);
  });
});
