import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {wordPieceTokenizer} from "../../src/components/text/wordPieceTokenizer.js";

const pieces = ["b", "h", "p", "😀", ",", "##g", "##n", "##u", "##😀", "##gs", "hu", "hug", "##ugg"];
const tokenizer = wordPieceTokenizer(pieces);
const spell = (text: string) => Array.from(tokenizer.encode(text).ids, (id) => tokenizer.vocabulary[id]);

describe("encode", () => {
  it("takes the longest piece each time", () => {
    expect(spell("hugn pugs")).toEqual(["hug", "##n", "p", "##u", "##gs"]);
    expect(spell("bugg,h😀")).toEqual(["b", "##ugg", ",", "h", "##😀"]);
  });

  it("does not look back: a word that begins with the wrong long piece is unknown", () => {
    // "hu" + "##gs" would spell it, but "hug" is longer than "hu" and no piece spells the "s" left over.
    expect(tokenizer.encode("hugs")).toEqual({
      ids: Uint16Array.of(0),
      unknown: [{character: "hugs", count: 1, index: 0}]
    });
  });

  it("puts [UNK] for each unknown word and says which, how many and where first", () => {
    const {ids, unknown} = tokenizer.encode("hug mug, bun mug \uD83Db");
    expect(Array.from(ids, (id) => tokenizer.vocabulary[id])).toEqual([
      "hug",
      "[UNK]",
      ",",
      "b",
      "##u",
      "##n",
      "[UNK]",
      "[UNK]"
    ]);
    expect(unknown).toEqual([
      {character: "mug", count: 2, index: 4},
      {character: "\uD83Db", count: 1, index: 17}
    ]);
  });

  it("knows words of 100 characters, as pairs of surrogates or not, and none longer", () => {
    expect(tokenizer.encode(`h${"u".repeat(99)}`).unknown).toEqual([]);
    expect(tokenizer.encode("😀".repeat(100)).ids).toHaveLength(100);
    expect(tokenizer.encode(`h${"u".repeat(100)}`).unknown).toHaveLength(1);
    expect(tokenizer.encode("😀".repeat(101)).unknown).toHaveLength(1);
  });

  it("gives what a naive encoder gives, for any words", () => {
    const naive = (word: string): string[] => {
      const spelling: string[] = [];
      for (let rest = [...word]; rest.length > 0; ) {
        const candidates = rest.map((_, i) => (spelling.length ? "##" : "") + rest.slice(0, i + 1).join(""));
        const best = candidates.findLastIndex((candidate) => pieces.includes(candidate));
        if (best < 0) return ["[UNK]"];
        spelling.push(candidates[best]!);
        rest = rest.slice(best + 1);
      }
      return spelling;
    };
    fc.assert(
      fc.property(fc.array(fc.string({unit: fc.constantFrom(..."hugnpb😀s"), minLength: 1})), (words) => {
        expect(spell(words.join(" "))).toEqual(words.flatMap(naive));
      })
    );
  });
});

describe("decode", () => {
  it("joins pieces to words and puts one space between words", () => {
    expect(tokenizer.decode(tokenizer.encode("  hugn \n\n bun,  pug").ids)).toBe("hugn bun , pug");
    expect(tokenizer.decode([])).toBe("");
    expect(() => tokenizer.decode([14])).toThrow(/Token id 14 is outside the vocabulary of 14/);
  });
});

describe("boundaries", () => {
  it("give each piece its place in the text", () => {
    expect([...tokenizer.boundaries(" hugn  mug,b😀u")]).toEqual([1, 4, 7, 10, 11, 12, 14]);
    fc.assert(
      fc.property(fc.string({unit: fc.constantFrom(..."hugnpb😀s ,\n")}), (text) => {
        const {ids} = tokenizer.encode(text);
        const starts = tokenizer.boundaries(text);
        expect(starts.length).toBe(ids.length);
        starts.forEach((start, i) => {
          const piece = tokenizer.vocabulary[ids[i]!]!;
          if (piece !== "[UNK]") expect(text.startsWith(piece.replace("##", ""), start)).toBe(true);
        });
      })
    );
  });
});

describe("vocabulary", () => {
  it("has the padding token last, which encode never yields and decode leaves out", () => {
    const padded = wordPieceTokenizer(pieces, "pu");
    expect(padded.paddingId).toBe(14);
    expect([...padded.encode("pu").ids]).toEqual([3, 8]);
    expect(padded.decode([3, 8, 14, 14])).toBe("pu");
  });

  it("refuses pieces that cannot be", () => {
    expect(() => wordPieceTokenizer([])).toThrow(/no pieces/);
    expect(() => wordPieceTokenizer(["a", "a"])).toThrow(/"a" is in the vocabulary twice/);
    expect(() => wordPieceTokenizer(["a"], "a")).toThrow(/twice/);
    expect(() => wordPieceTokenizer(["[UNK]"])).toThrow(/twice/);
    for (const piece of ["", "##", "\uD83D"])
      expect(() => wordPieceTokenizer(["a", piece])).toThrow(/Token 2 is .* spells nothing/);
    expect(() => wordPieceTokenizer(Array.from({length: 65_536}, (_, i) => `x${i}`))).toThrow(/65537 tokens/);
  });
});
