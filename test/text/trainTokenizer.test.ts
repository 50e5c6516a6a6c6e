import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {unitOf} from "../../src/components/text/tokenizer.js";
import type {TokenizerChoice} from "../../src/components/text/tokenizerChoice.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {trainTokenizer} from "../../src/components/text/trainTokenizer.js";

const training =
  "The naïve cat isn't on the mat; the cats' hats, 😀, are in the café's attic. 日本 aaa\n\n".repeat(3);
const choices: TokenizerChoice[] = [
  {kind: "character"},
  {kind: "byte-pair", vocabularySize: 300},
  {kind: "word-piece", vocabularySize: 60}
];
const everyChoice = choices.flatMap((choice) => [choice, {...choice, padding: true}]);

/** Any text of Unicode characters, halves of surrogate pairs too, with many that the training text has. */
const anyCodePoint = fc.integer({min: 0, max: 0x10ffff}).map((point) => String.fromCodePoint(point));
const anyText = fc.oneof(
  fc.string({unit: anyCodePoint}),
  fc.string({unit: fc.constantFrom(...training, "[PAD]", "<|pad|>", "[UNK]", "\uD83D", "\uFEFF")})
);

describe.each(everyChoice)("the tokenizer of %o", (choice) => {
  const tokenizer = trainTokenizer(training, choice);
  const {vocabulary, paddingId} = tokenizer;

  it("is of that kind and size, with padding last where it is wanted", () => {
    expect(tokenizer.kind).toBe(choice.kind);
    expect(tokenizer.unit).toBe(choice.kind === "character" ? "character" : "token");
    const size = choice.kind === "character" ? new Set(training).size : choice.vocabularySize;
    expect(vocabulary).toHaveLength(size + (choice.padding ? 1 : 0));
    expect(paddingId).toBe(choice.padding ? size : undefined);
    if (choice.padding) expect(vocabulary[size]).toBe(choice.kind === "word-piece" ? "[PAD]" : "<|pad|>");
  });

  it("comes back from its file, and the file says its unit", () => {
    const file = JSON.parse(JSON.stringify(tokenizer));
    const read = readTokenizer(file);
    expect(unitOf(file)).toBe(tokenizer.unit);
    expect([read.kind, read.unit, read.paddingId]).toEqual([tokenizer.kind, tokenizer.unit, paddingId]);
    expect(read.vocabulary).toEqual(vocabulary);
    expect(read.toJSON()).toEqual(tokenizer.toJSON());
    expect(read.encode(training)).toEqual(tokenizer.encode(training));
  });

  it("never yields padding, and leaves it out of what it decodes", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const ids = [...tokenizer.encode(text).ids];
        expect(Math.max(0, ...ids)).toBeLessThan(paddingId ?? vocabulary.length);
        if (paddingId === undefined) return;
        const padded = [paddingId, ...ids.flatMap((id) => [id, paddingId])];
        expect(tokenizer.decode(padded)).toBe(tokenizer.decode(ids));
      })
    );
  });

  it("says where each of its tokens starts, in order", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const starts = tokenizer.boundaries(text);
        expect(starts).toHaveLength(tokenizer.encode(text).ids.length);
        starts.forEach((start, i) => {
          // Bytes of one character start where it does; other tokens each start after the one before.
          const least = i === 0 ? 0 : starts[i - 1]! + (choice.kind === "byte-pair" ? 0 : 1);
          expect(start).toBeGreaterThanOrEqual(least);
          expect(start).toBeLessThan(text.length);
        });
      })
    );
  });

  it("cuts a text as without padding", () => {
    const {ids} = trainTokenizer(training, {...choice, padding: false}).encode(training);
    expect(tokenizer.encode(training).ids).toEqual(ids);
  });
});

const surrogate = /\p{Surrogate}/gu;

it("with byte pairs, gives any Unicode text back", () => {
  const tokenizer = trainTokenizer(training, {kind: "byte-pair", vocabularySize: 300});
  fc.assert(
    fc.property(fc.string({unit: anyCodePoint}), (text) => {
      const whole = text.replace(surrogate, "");
      expect(tokenizer.decode(tokenizer.encode(whole).ids)).toBe(whole);
      expect(tokenizer.encode(whole).unknown).toEqual([]);
    })
  );
});

it("by character, gives back or reports every character", () => {
  const tokenizer = trainTokenizer(training, {kind: "character", padding: true});
  fc.assert(
    fc.property(anyText, (text) => {
      const {ids, unknown} = tokenizer.encode(text);
      const reported = new Set(unknown.map(({character}) => character));
      expect(tokenizer.decode(ids)).toBe([...text].filter((character) => !reported.has(character)).join(""));
      expect(ids.length + unknown.reduce((sum, {count}) => sum + count, 0)).toBe([...text].length);
    })
  );
});

it("refuses an impossible choice before it looks at the text", () => {
  const read = () => {
    throw new Error("the text was read");
  };
  const text = new Proxy(Object("text"), {get: read});
  expect(() => trainTokenizer(text as string, {kind: "byte-pair", vocabularySize: 100})).toThrow(
    /^vocabularySize is 100; a byte-pair tokenizer can have 257/
  );
});

it("refuses a WordPiece vocabulary without room for the text's characters", () => {
  expect(() => trainTokenizer(training, {kind: "word-piece", vocabularySize: 10})).toThrow(
    /^vocabularySize is 10; \[UNK\] and the characters .* alone need 31, and at most 65536/
  );
});
