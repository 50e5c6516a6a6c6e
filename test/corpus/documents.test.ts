import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {documentStarts, fixedDocuments, sampleDocuments} from "../../src/components/corpus/documents.js";
import {createRandom} from "../../src/components/random.js";
import {trainCharacterTokenizer} from "../../src/components/text/characterTokenizer.js";
import type {Tokenizer} from "../../src/components/text/tokenizer.js";
import {trainBytePairTokenizer} from "../../src/components/text/trainBytePairs.js";

const texts = fc
  .array(fc.constantFrom("a", "bb", "c d", "\n", "\n\n", " ", "\t", "."), {minLength: 1, maxLength: 40})
  .map((pieces) => pieces.join(""));

/** The documents of a text by a second road: its paragraphs, each with the white space up to the next. */
function split(text: string): string[] {
  const borders = Array.from(
    text.matchAll(/(?<=\S)\s*\n[^\S\n]*\n\s*(?=\S)/g),
    (blank) => blank.index + blank[0].length
  );
  return [0, ...borders].map((start, i) => text.slice(start, borders[i]));
}

const pieces = (text: string, tokenizer: Tokenizer): string[] => {
  const {ids} = tokenizer.encode(text);
  const starts = documentStarts(ids, tokenizer);
  return Array.from(starts, (start, i) => tokenizer.decode(ids.subarray(start, starts[i + 1] ?? ids.length)));
};

describe("documentStarts", () => {
  it("begins a document after each blank line and nowhere else, by characters", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(pieces(text, trainCharacterTokenizer(text))).toEqual(split(text));
      }),
      {numRuns: 500}
    );
  });

  it("finds the same documents however tokens cut the blank lines", () => {
    fc.assert(
      fc.property(texts, fc.integer({min: 0, max: 30}), (text, merges) => {
        const tokenizer = trainBytePairTokenizer(text.repeat(3), {vocabularySize: 256 + merges});
        const given = pieces(text, tokenizer);
        // A space before a word is a part of its token, so an indent may open the document.
        const compact = (list: string[]) => list.map((piece) => piece.trim());
        expect(compact(given)).toEqual(compact(split(text)));
        expect(given.join("")).toBe(text);
      }),
      {numRuns: 300}
    );
  });

  it("knows tokens that hold a line end and a letter", () => {
    const tokenizer = {vocabulary: ["a\n", "\nb", "c", " \n "]};
    expect([...documentStarts(Uint16Array.of(0, 1, 2, 1, 0, 3, 2, 3, 3, 0), tokenizer)]).toEqual([
      0, 1, 6, 9
    ]);
  });

  it("has none in an empty text", () => {
    expect(documentStarts(new Uint16Array(0), {vocabulary: []})).toEqual(new Uint32Array(0));
  });
});

/** Lengths of at least two documents, one of which has something to predict. */
const lengths = fc
  .array(fc.integer({min: 1, max: 30}), {minLength: 2, maxLength: 12})
  .filter((list) => list.some((length) => length >= 2));
const PADDING = 60_000;

/** Tokens that are their own positions, in documents of these lengths. */
function corpus(list: readonly number[]) {
  const starts: number[] = [];
  let length = 0;
  for (const one of list) {
    starts.push(length);
    length += one;
  }
  return {tokens: Uint16Array.from({length}, (_, i) => i), starts: Uint32Array.from(starts)};
}

describe("sampleDocuments", () => {
  it("fills each row with one document or a piece of it; targets and padding agree", () => {
    fc.assert(
      fc.property(lengths, fc.integer({min: 1, max: 16}), fc.integer(), (list, blockSize, seed) => {
        const {tokens, starts} = corpus(list);
        const batch = sampleDocuments(
          tokens,
          starts,
          {batchSize: 6, blockSize, paddingId: PADDING},
          createRandom(seed)
        );
        const row = (values: ArrayLike<number>, b: number) =>
          Array.from(values).slice(b * blockSize, (b + 1) * blockSize);
        for (const values of [batch.inputs, batch.targets, batch.padding!])
          expect(values.length).toBe(6 * blockSize);
        for (let b = 0; b < 6; b++) {
          const inputs = row(batch.inputs, b);
          const targets = row(batch.targets, b);
          const padding = row(batch.padding!, b);
          const used = padding.indexOf(1) < 0 ? blockSize : padding.indexOf(1);
          const document = list.findIndex((_, i) => (starts[i + 1] ?? tokens.length) > inputs[0]!);
          const end = starts[document]! + list[document]!;
          expect(list[document]).toBeGreaterThanOrEqual(2);
          // One that fits is there from its start to its end.
          expect(used).toBe(Math.min(list[document]!, blockSize));
          if (list[document]! <= blockSize) expect(inputs[0]).toBe(starts[document]);
          for (let t = 0; t < blockSize; t++) {
            const isPadding = t >= used;
            expect(padding[t]).toBe(isPadding ? 1 : 0);
            expect(inputs[t]).toBe(isPadding ? PADDING : inputs[0]! + t);
            if (!isPadding) expect(inputs[t]).toBeLessThan(end);
            expect(targets[t]).toBe(isPadding || inputs[t]! + 1 === end ? -1 : inputs[t]! + 1);
          }
        }
      })
    );
  });

  it("draws every document equally often, and every piece of a long one", () => {
    const {tokens, starts} = corpus([2, 6, 3, 1]);
    const {inputs} = sampleDocuments(
      tokens,
      starts,
      {batchSize: 9000, blockSize: 4, paddingId: PADDING},
      createRandom(1)
    );
    const firsts = new Map<number, number>();
    for (let b = 0; b < 9000; b++) firsts.set(inputs[4 * b]!, (firsts.get(inputs[4 * b]!) ?? 0) + 1);
    const expected = new Map([
      [0, 3000],
      [2, 1000],
      [3, 1000],
      [4, 1000],
      [8, 3000]
    ]);
    expect([...firsts.keys()].sort()).toEqual([...expected.keys()]);
    // χ² with 4 degrees of freedom stays below 18.5 in 99.9 % of samples.
    const distance = [...expected].reduce((sum, [first, n]) => sum + (firsts.get(first)! - n) ** 2 / n, 0);
    expect(distance).toBeLessThan(18.5);
  });

  it("refuses a text without two documents, or with none to learn from, and an impossible padding token", () => {
    const shape = {batchSize: 1, blockSize: 4, paddingId: 0};
    const draw = (list: number[], change = {}) => {
      const {tokens, starts} = corpus(list);
      return () => sampleDocuments(tokens, starts, {...shape, ...change}, createRandom(1));
    };
    expect(draw([9])).toThrow(/only one document; batches of documents need at least two. Separate/);
    expect(draw([])).toThrow(/no documents/);
    expect(draw([1, 1, 1])).toThrow(/No document of this text has two tokens/);
    expect(draw([2, 2], {paddingId: -1})).toThrow(/padding token's id is -1/);
    expect(draw([2, 2], {paddingId: 70_000})).toThrow(/padding token's id is 70000/);
  });
});

it("gives the same fixed documents for the same seed and others for another", () => {
  const {tokens, starts} = corpus([5, 9, 2, 7, 12, 3]);
  const shape = {batchSize: 3, blockSize: 5, paddingId: PADDING, batches: 4};
  const rows = fixedDocuments(tokens, starts, {...shape, seed: 7});
  expect(rows).toHaveLength(4);
  expect(fixedDocuments(tokens, starts, {...shape, seed: 7})).toEqual(rows);
  expect(fixedDocuments(tokens, starts, {...shape, seed: 8})).not.toEqual(rows);
});
