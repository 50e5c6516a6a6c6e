import {describe, expect, it} from "vitest";
import {compression, compressionCurve} from "../../src/components/text/compression.js";
import {trainTokenizer} from "../../src/components/text/trainTokenizer.js";

const text = "the naïve cat 😀 sat on the mat, the naïve rat 😀 sat on the cat.\n".repeat(3);

describe("compression", () => {
  it("is 1 for characters, and counts them as code points", () => {
    expect(compression("a😀", trainTokenizer("a😀", {kind: "character"}).encode("a😀").ids.length)).toBe(1);
    expect(compression("a😀b", 2)).toBe(1.5);
  });

  it("refuses a text without tokens", () => {
    for (const tokens of [0, Number.NaN, -1])
      expect(() => compression("a", tokens)).toThrow(/no compression/);
  });
});

describe("compressionCurve", () => {
  it.each([
    ["byte-pair", text, 256],
    ["word-piece", `${text}${"x".repeat(101)} y\n`, 19]
  ] as const)("is for %s what each vocabulary on its own would give", (kind, given, smallest) => {
    const points = compressionCurve(given, {kind, vocabularySize: smallest + 10});
    expect(points).toHaveLength(11);
    points.forEach((point, i) => {
      const size = smallest + i;
      expect(point.vocabularySize).toBe(size);
      expect(point.compression).toBe(compression(given, point.tokens));
      if (kind === "byte-pair" && i === 0) return; // 256 tokens are no choice: no merge
      const tokenizer = trainTokenizer(given, {kind, vocabularySize: size});
      expect(tokenizer.vocabulary).toHaveLength(size);
      expect(tokenizer.encode(given).ids).toHaveLength(point.tokens);
      if (i > 0) expect(point.compression).toBeGreaterThan(points[i - 1]!.compression);
    });
  });

  it("ends where nothing is left to merge, and refuses what no tokenizer learns from", () => {
    expect(compressionCurve("abab", {kind: "byte-pair", vocabularySize: 60_000})).toHaveLength(2);
    expect(compressionCurve("abab abab", {kind: "word-piece", vocabularySize: 60_000}).at(-1)).toMatchObject({
      tokens: 2
    });
    expect(() => compressionCurve("", {kind: "byte-pair", vocabularySize: 300})).toThrow(/text is empty/);
    expect(() => compressionCurve(" ", {kind: "word-piece", vocabularySize: 300})).toThrow(/no words/);
    expect(() => compressionCurve("a", {kind: "byte-pair", vocabularySize: 0})).toThrow(
      /vocabularySize is 0;/
    );
  });
});
