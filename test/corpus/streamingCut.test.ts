import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {safeCut} from "../../src/components/corpus/streamingCut.js";
import {preTokenise} from "../../src/components/text/preTokenise.js";
import {trainTokenizer} from "../../src/components/text/trainTokenizer.js";

const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "it",
        "'",
        "'ll",
        "re",
        "l",
        " ",
        "  ",
        "\n",
        "\u0085",
        "12",
        "…",
        "😀",
        "語",
        "é",
        ".",
        "-"
      ),
      fc.string({unit: "grapheme", maxLength: 3})
    ),
    {maxLength: 25}
  )
  .map((pieces) => pieces.join("").replace(/\p{Surrogate}/gu, ""));

describe("safeCut", () => {
  it("leaves the pre-tokens of byte pairs as they are, whatever follows", () => {
    fc.assert(
      fc.property(texts, texts, (text, more) => {
        const cut = safeCut(text, "byte-pair");
        expect([...preTokenise(text.slice(0, cut)), ...preTokenise(text.slice(cut) + more)]).toEqual(
          preTokenise(text + more)
        );
      }),
      {numRuns: 3000}
    );
  });

  it.each(["character", "word-piece"] as const)("leaves %s tokens as they are, whatever follows", (kind) => {
    fc.assert(
      fc.property(texts, texts, (text, more) => {
        const whole = text + more;
        fc.pre(/[\p{L}\p{N}]/u.test(whole));
        const tokenizer = trainTokenizer(whole, kind === "character" ? {kind} : {kind, vocabularySize: 200});
        const cut = safeCut(text, kind);
        expect([
          ...tokenizer.encode(whole.slice(0, cut)).ids,
          ...tokenizer.encode(whole.slice(cut)).ids
        ]).toEqual([...tokenizer.encode(whole).ids]);
      })
    );
  });

  it("comes near the end of prose", () => {
    const prose = "Nobody knew why it boiled. ".repeat(1000);
    expect(prose.length - safeCut(prose, "byte-pair")).toBeLessThan(20);
    expect(prose.length - safeCut(prose, "word-piece")).toBeLessThan(20);
    expect(safeCut(prose, "character")).toBe(prose.length);
  });

  it("finds borders in text without spaces, and before a long tail", () => {
    expect(safeCut("紅樓夢。".repeat(100), "byte-pair")).toBeGreaterThan(390);
    expect(safeCut(`one two${"x".repeat(5000)}`, "byte-pair")).toBe(3);
    expect(safeCut(`one two${"x".repeat(5000)}`, "word-piece")).toBe(3);
    expect(safeCut("", "byte-pair")).toBe(0);
  });

  it("refuses a word without an end", () => {
    expect(() => safeCut("x".repeat(1_000_001), "word-piece")).toThrow(/million characters without a space/);
  });
});
