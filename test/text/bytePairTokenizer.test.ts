import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {TOKEN_OF_BYTE, utf8Bytes} from "../../src/components/text/byteAlphabet.js";
import {bytePairTokenizer} from "../../src/components/text/bytePairTokenizer.js";
import {countPreTokens, preTokenise} from "../../src/components/text/preTokenise.js";
import {learnBytePairs, trainBytePairTokenizer} from "../../src/components/text/trainBytePairs.js";

const training =
  "The naïve cat isn't on the mat; the cats' hats, 😀😁, are in the café's attic. 日本日本語 aaaaaaa\n\n";
const merges = [...learnBytePairs(countPreTokens(training.repeat(3)))];
const tokenizer = bytePairTokenizer(merges);

const anyCodePoint = fc
  .oneof(fc.integer({min: 0, max: 0xffff}), fc.integer({min: 0, max: 0x10ffff}))
  .map((point) => String.fromCodePoint(point));
const surrogate = /\p{Surrogate}/gu;
const anyText = fc.oneof(
  fc.string({unit: anyCodePoint}),
  fc.string({unit: fc.constantFrom(...training, "\uD83D", "\uDE00", "\uFEFF"), maxLength: 60})
);

/** GPT-2's `bpe`: merge the earliest pair of the word wherever it stands, until none is left. */
function naiveEncode(text: string): number[] {
  return preTokenise(text).flatMap((preToken) => {
    const word = Array.from(utf8Bytes(preToken), (byte) => TOKEN_OF_BYTE[byte]!);
    for (;;) {
      const rank = merges.findIndex(({left, right}) =>
        word.some((symbol, i) => symbol === left && word[i + 1] === right)
      );
      if (rank < 0) return word;
      for (let i = 0; i < word.length; i++)
        if (word[i] === merges[rank]!.left && word[i + 1] === merges[rank]!.right)
          word.splice(i, 2, 256 + rank);
    }
  });
}

describe("encode", () => {
  it("numbers tokens as GPT-2 does", () => {
    // The first merges of GPT-2's published merges.txt, whose tokens are 256 to 262; " the" is 262 there.
    const id = (character: string) => TOKEN_OF_BYTE[character.charCodeAt(0)]!;
    const gpt2 = bytePairTokenizer([
      {left: id(" "), right: id("t")},
      {left: id(" "), right: id("a")},
      {left: id("h"), right: id("e")},
      {left: id("i"), right: id("n")},
      {left: id("r"), right: id("e")},
      {left: id("o"), right: id("n")},
      {left: 256, right: 258}
    ]);
    expect([...gpt2.encode("on the inn\n").ids]).toEqual([261, 262, 220, 259, 77, 198]);
    expect(gpt2.vocabulary.slice(256)).toEqual([" t", " a", "he", "in", "re", "on", " the"]);
  });

  it("gives what a naive encoder gives", () => {
    expect(merges.length).toBeGreaterThan(40);
    fc.assert(
      fc.property(anyText, (text) => {
        expect([...tokenizer.encode(text).ids]).toEqual(naiveEncode(text));
      })
    );
  });

  it("agrees with the trainer about the training text, after every merge", () => {
    merges.forEach(({length}, i) => {
      const text = training.repeat(3);
      expect(bytePairTokenizer(merges.slice(0, i + 1)).encode(text).ids).toHaveLength(length);
    });
  });

  it("gives the same ids from the cache, and past it", () => {
    const words = Array.from({length: 66_000}, (_, i) => ` ${i}`).join("");
    const fresh = bytePairTokenizer(merges);
    const before = fresh.encode(training).ids;
    expect(fresh.encode(training).ids).toEqual(before);
    expect(fresh.decode(fresh.encode(words).ids)).toBe(words);
    expect(fresh.encode(training).ids).toEqual(before);
  });

  it("reports halves of surrogate pairs and leaves them out", () => {
    const {ids, unknown} = tokenizer.encode("a\uD83D b\uDE00\uD83D😀");
    expect(tokenizer.decode(ids)).toBe("a b😀");
    expect(unknown).toEqual([
      {character: "\uD83D", count: 2, index: 1},
      {character: "\uDE00", count: 1, index: 4}
    ]);
  });

  it("reads at least 5 MB a second", () => {
    const text = training.repeat(Math.ceil(2_000_000 / training.length));
    const bytes = new TextEncoder().encode(text).length;
    const trained = trainBytePairTokenizer(text.slice(0, 100_000), {vocabularySize: 400});
    const seconds = Math.min(
      ...Array.from({length: 8}, () => {
        const start = performance.now();
        trained.encode(text);
        return (performance.now() - start) / 1000;
      })
    );
    expect(bytes / 1e6 / seconds).toBeGreaterThan(5);
  });

  it("takes a run of 200,000 letters in its stride", () => {
    const start = performance.now();
    const {ids} = tokenizer.encode("日本cat".repeat(40_000));
    expect(tokenizer.decode(ids)).toBe("日本cat".repeat(40_000));
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

describe("decode", () => {
  it("gives back any Unicode text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const {ids, unknown} = tokenizer.encode(text);
        expect(tokenizer.decode(ids)).toBe(text.replace(surrogate, ""));
        expect(unknown.reduce((sum, {count}) => sum + count, 0)).toBe((text.match(surrogate) ?? []).length);
      })
    );
  });

  it("shows bytes that are no character as U+FFFD, and refuses ids outside the vocabulary", () => {
    expect(tokenizer.decode([TOKEN_OF_BYTE[0xe2]!, TOKEN_OF_BYTE[0x61]!])).toBe("\uFFFDa");
    expect(() => bytePairTokenizer([]).decode([0, 256])).toThrow(
      /Token id 256 is outside the vocabulary of 256/
    );
  });
});

describe("boundaries", () => {
  it("lie where tokens start, on the first unit of a character of several tokens", () => {
    const bytes = bytePairTokenizer([]);
    expect([...bytes.boundaries("aé b😀c")]).toEqual([0, 1, 1, 2, 3, 4, 4, 4, 4, 6]);
    expect([...tokenizer.boundaries("")]).toEqual([]);
  });

  it("give each token its place in the text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const {ids} = tokenizer.encode(text);
        const starts = tokenizer.boundaries(text);
        expect(starts.length).toBe(ids.length);
        starts.forEach((start, i) => {
          expect(start).toBeGreaterThanOrEqual(starts[i - 1] ?? 0);
          const token = tokenizer.decode([ids[i]!]);
          if (!token.includes("\uFFFD"))
            expect(text.slice(start).replace(surrogate, "").startsWith(token)).toBe(true);
        });
      })
    );
  });
});

describe("vocabulary", () => {
  it("shows whole characters as text and other bytes as numbers", () => {
    expect(tokenizer.vocabulary[220]).toBe(" ");
    expect(tokenizer.vocabulary[TOKEN_OF_BYTE[0xe2]!]).toBe("<0xE2>");
    expect(tokenizer.vocabulary).toContain("日本");
  });

  it("has the padding token last, which encode never yields and decode leaves out", () => {
    const padded = bytePairTokenizer(merges, "<|pad|>");
    const paddingId = 256 + merges.length;
    expect(padded.paddingId).toBe(paddingId);
    expect(padded.vocabulary[paddingId]).toBe("<|pad|>");
    const {ids} = padded.encode("a<|pad|>");
    expect([...ids]).not.toContain(paddingId);
    expect(padded.decode([...ids, paddingId, paddingId])).toBe("a<|pad|>");
    expect(tokenizer.paddingId).toBeUndefined();
  });

  it("refuses merges that cannot be, too many of them, and a padding token that is taken", () => {
    expect(() => bytePairTokenizer([{left: 0, right: 256}])).toThrow(/Merge 0 joins tokens 0 and 256/);
    const twice = {left: 64, right: 65};
    expect(() => bytePairTokenizer([twice, twice])).toThrow(/Merge 1 makes the token "ab" a second time/);
    expect(() => bytePairTokenizer(new Array(65_281).fill(twice))).toThrow(/65537 tokens; at most 65536/);
    expect(() => bytePairTokenizer([twice], "ab")).toThrow(/padding token "ab"/);
    expect(() => bytePairTokenizer([], "")).toThrow(/padding token ""/);
  });
});
