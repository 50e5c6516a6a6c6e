import {describe, expect, it} from "vitest";
import {plainBytePairs, plainCharacters, plainWordPieces} from "../../src/cli/bench/plainTokenizers.js";
import type {Row} from "../../src/cli/bench/suite.js";
import {measureTokenizers} from "../../src/cli/bench/tokenizer.js";
import {writeStories} from "../../src/components/corpus/storyText.js";
import {trainTokenizer} from "../../src/components/text/trainTokenizer.js";

const stories = writeStories({seed: 3, length: 20_000}).text();
const texts = {
  stories,
  "other scripts":
    "naïve façade, Ελλάδα ελλάδα; 日本語の日本語 🙂🙂 don't don't re-do re-do ".repeat(20) + "x".repeat(200)
};

describe.each(Object.entries(texts))("the plain tokenizers, on %s", (_, text) => {
  it("make the same tokens as ours", () => {
    const ours = (kind: "byte-pair" | "word-piece", vocabularySize: number) =>
      Array.from(trainTokenizer(text, {kind, vocabularySize}).encode(text).ids);
    expect(plainCharacters(text)(text)).toEqual(
      Array.from(trainTokenizer(text, {kind: "character"}).encode(text).ids)
    );
    expect(plainBytePairs(text, 400)(text)).toEqual(ours("byte-pair", 400));
    expect(plainWordPieces(text, 200)(text)).toEqual(ours("word-piece", 200));
  });
});

describe("npm run bench -- tokenizer", () => {
  it("gives each kind's bytes a second, and the ratio to the listing's", async () => {
    const rows: Row[] = [];
    await measureTokenizers(stories, {vocabularySize: 300, rounds: 2}, (row, line) => {
      expect(line).not.toMatch(/undefined|NaN|Infinity/);
      rows.push(row);
    });
    expect(rows[0]).toEqual({bytes: stories.length});
    expect(rows.slice(1).map(({tokenizer, work}) => `${tokenizer} ${work}`)).toEqual([
      "character train",
      "character encode",
      "byte-pair train",
      "byte-pair encode",
      "word-piece train",
      "word-piece encode"
    ]);
    for (const {bytesPerSecond, ratio} of rows.slice(1)) {
      expect(bytesPerSecond).toEqual({ours: expect.any(Number), listing: expect.any(Number)});
      expect(ratio as number).toBeGreaterThan(0);
    }
  });
});
