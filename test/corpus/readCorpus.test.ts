import {beforeAll, describe, expect, it} from "vitest";
import {buildCorpus} from "../../src/components/corpus/buildCorpus.js";
import type {Corpus} from "../../src/components/corpus/meta.js";
import {readCorpus, readCorpusMeta} from "../../src/components/corpus/readCorpus.js";
import {tokensToBytes} from "../../src/components/corpus/tokenBytes.js";

let corpus: Corpus;
beforeAll(async () => {
  corpus = await buildCorpus("hello world\n".repeat(30), {
    name: "n",
    source: "s",
    license: "l",
    blockSize: 4
  });
});
const files = () => ({
  meta: JSON.parse(JSON.stringify(corpus.meta)),
  train: tokensToBytes(corpus.train),
  val: tokensToBytes(corpus.val)
});

/** Good counts of ten tokens with some changed. */
const counts = (change: Record<string, unknown>) => ({
  bytes: 10,
  characters: 10,
  tokens: 10,
  train: 9,
  val: 1,
  trainCharacters: 9,
  valCharacters: 1,
  ...change
});

it("reads back what was written", () => {
  expect(readCorpus(files())).toEqual({
    meta: corpus.meta,
    train: Uint16Array.from(corpus.train),
    val: Uint16Array.from(corpus.val)
  });
});

it("reads version 1, where characters were tokens", () => {
  const {unknown, counts, ...meta} = corpus.meta;
  const {trainCharacters, valCharacters, ...counts1} = counts;
  expect(readCorpusMeta({...meta, version: 1, counts: counts1})).toEqual(corpus.meta);
});

describe("files that do not belong together are refused", () => {
  it("when a token file is cut short", () => {
    expect(() => readCorpus({...files(), val: files().val.subarray(2)})).toThrow(
      /val.bin has 70 bytes.*promises 36/
    );
  });

  it("when a token is outside the vocabulary", () => {
    const train = files().train;
    train.set([9, 0], 20);
    expect(() => readCorpus({...files(), train})).toThrow(/token 10 of train.bin is 9; the vocabulary has 9/);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["another version", {version: 3}, /version 3; 1 and 2 are understood/],
    ["a name that is a number", {name: 1}, /name is not a text/],
    ["a checksum that is none", {sha256: "abc"}, /sha256/],
    ["a split of 1", {split: 1}, /split/],
    ["counts that are missing", {counts: null}, /counts is not a JSON object/],
    ["a negative count", {counts: counts({train: 11, val: -1})}, /counts.val is/],
    ["no count of characters", {counts: counts({valCharacters: undefined})}, /counts.valCharacters is/],
    ["counts that do not add up", {counts: counts({train: 5})}, /train and val do not add up/],
    ["characters that do not add up", {counts: counts({characters: 7})}, /Characters do not add up/],
    ["no report of the unknown", {unknown: undefined}, /unknown is not a JSON object/],
    ["an unknown total that is text", {unknown: {total: "1", kinds: 0, list: []}}, /unknown.total/],
    ["an unknown list that is none", {unknown: {total: 0, kinds: 0, list: {}}}, /unknown.list is not/],
    ["an unknown entry that is none", {unknown: {total: 1, kinds: 1, list: [{text: 1}]}}, /an entry of/],
    ["a floor that is text", {floor: {train: "0", val: 0}}, /floor.train/],
    ["no tokenizer", {tokenizer: undefined}, /tokenizer.json cannot be used/]
  ])("when meta.json has %s", (_, change, message) => {
    expect(() => readCorpusMeta({...files().meta, ...change})).toThrow(message);
  });

  it("when meta.json is not an object", () => {
    expect(() => readCorpusMeta("meta")).toThrow(/not a JSON object/);
  });
});
