import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {characterTokenizer, trainCharacterTokenizer} from "../../src/components/text/characterTokenizer.js";

describe("trainCharacterTokenizer", () => {
  it("sorts the distinct characters by code point", () => {
    expect(trainCharacterTokenizer("ba\n😀é😀a").vocabulary).toEqual(["\n", "a", "b", "é", "😀"]);
  });

  it("sorts by code point, not by UTF-16 code unit", () => {
    expect(trainCharacterTokenizer("😀\uFB01").vocabulary).toEqual(["\uFB01", "😀"]);
  });

  it("takes counts as well as the text", () => {
    expect(
      trainCharacterTokenizer(
        new Map([
          ["b", 2],
          ["a", 1]
        ])
      ).vocabulary
    ).toEqual(["a", "b"]);
  });

  it("refuses an empty text and more characters than 16 bits can number", () => {
    expect(() => trainCharacterTokenizer("")).toThrow(/empty/);
    const tooMany = Array.from({length: 65_537}, (_, i) => String.fromCodePoint(0x10000 + i)).join("");
    expect(() => trainCharacterTokenizer(tooMany)).toThrow(/65537 distinct characters/);
  });

  it("numbers a full vocabulary of 65,536 without collision", () => {
    const text = Array.from({length: 65_536}, (_, i) => String.fromCodePoint(0x10000 + i)).join("");
    const tokenizer = trainCharacterTokenizer(text);
    const {ids, unknown} = tokenizer.encode(text);
    expect(unknown).toEqual([]);
    expect(ids.every((id, i) => id === i)).toBe(true);
  });

  it("decodes what it encoded, for any text", () => {
    fc.assert(
      fc.property(fc.string({unit: "grapheme", minLength: 1}), (text) => {
        const tokenizer = trainCharacterTokenizer(text);
        const {ids, unknown} = tokenizer.encode(text);
        expect(unknown).toEqual([]);
        expect(ids.length).toBe([...text].length);
        expect(tokenizer.decode(ids)).toBe(text);
      })
    );
  });
});

describe("encode", () => {
  it("leaves out unknown characters and says which, how many and where first", () => {
    const {ids, unknown} = characterTokenizer(["a", "b"]).encode("a?b😀?\uD83D");
    expect([...ids]).toEqual([0, 1]);
    expect(unknown).toEqual([
      {character: "?", count: 2, index: 1},
      {character: "😀", count: 1, index: 3},
      {character: "\uD83D", count: 1, index: 6}
    ]);
  });

  it("accounts for every character: known ids and unknown counts add up", () => {
    const tokenizer = characterTokenizer([..."abc 😀"]);
    fc.assert(
      fc.property(
        fc.string({unit: fc.constantFrom("a", "c", " ", "😀", "😁", "z", "\uDC00", "\uD83D")}),
        (text) => {
          const {ids, unknown} = tokenizer.encode(text);
          const characters = [...text];
          expect(tokenizer.decode(ids)).toBe(
            characters.filter((c) => tokenizer.vocabulary.includes(c)).join("")
          );
          expect(ids.length + unknown.reduce((sum, {count}) => sum + count, 0)).toBe(characters.length);
          for (const {character, index} of unknown) expect(text.startsWith(character, index)).toBe(true);
        }
      )
    );
  });

  it("reads at least 20 MB a second", () => {
    const text = "The quick brown fox jumps over the lazy dog.\n".repeat(100_000);
    const tokenizer = trainCharacterTokenizer(text);
    const seconds = Math.min(
      ...Array.from({length: 5}, () => {
        const start = performance.now();
        tokenizer.encode(text);
        return (performance.now() - start) / 1000;
      })
    );
    expect(text.length / 1e6 / seconds).toBeGreaterThan(20);
  });
});

describe("characterTokenizer", () => {
  it("refuses ids outside its vocabulary", () => {
    expect(() => characterTokenizer(["a", "b"]).decode([0, 2])).toThrow(
      /Token id 2 is outside the vocabulary of 2/
    );
  });

  it("refuses tokens that are not one character, and repeated ones", () => {
    expect(() => characterTokenizer(["a", "bc"])).toThrow(/exactly one character/);
    expect(() => characterTokenizer([""])).toThrow(/exactly one character/);
    expect(() => characterTokenizer(["a", "a"])).toThrow(/twice/);
  });
});

describe("padding", () => {
  it("comes last, and takes a place in a full vocabulary", () => {
    const tokenizer = characterTokenizer(["a", "b"], "<|pad|>");
    expect([tokenizer.paddingId, tokenizer.vocabulary]).toEqual([2, ["a", "b", "<|pad|>"]]);
    expect(tokenizer.decode([0, 2, 1, 2])).toBe("ab");
    expect(tokenizer.encode("a<|pad|>b").unknown).toHaveLength(5);
    const full = Array.from({length: 65_536}, (_, i) => String.fromCodePoint(0x10000 + i));
    expect(() => characterTokenizer(full, "<|pad|>")).toThrow(/at most 65535 and padding/);
  });

  it("is neither empty nor one of the characters", () => {
    expect(() => characterTokenizer(["a"], "")).toThrow(/padding token ""/);
    expect(() => characterTokenizer(["a"], "a")).toThrow(/padding token "a"/);
  });
});

describe("boundaries", () => {
  it("gives where each token starts, in UTF-16 units, unknown characters left out", () => {
    const tokenizer = characterTokenizer([..."ab😀"]);
    expect([...tokenizer.boundaries("a?😀b\uD83D😁a")]).toEqual([0, 2, 4, 8]);
    expect(tokenizer.encode("a?😀b\uD83D😁a").ids.length).toBe(4);
  });
});
