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

it("reads back what was written", () => {
  expect(readCorpus(files())).toEqual({
    meta: corpus.meta,
    train: Uint16Array.from(corpus.train),
    val: Uint16Array.from(corpus.val)
  });
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
    ["another version", {version: 2}, /version 2/],
    ["a name that is a number", {name: 1}, /name is not a text/],
    ["a checksum that is none", {sha256: "abc"}, /sha256/],
    ["a split of 1", {split: 1}, /split/],
    ["counts that are missing", {counts: null}, /counts is not a JSON object/],
    ["a negative count", {counts: {bytes: 1, characters: 1, tokens: 0, train: 1, val: -1}}, /counts.val/],
    ["counts that do not add up", {counts: {bytes: 9, characters: 9, tokens: 9, train: 5, val: 5}}, /add up/],
    ["a floor that is text", {floor: {train: "0", val: 0}}, /floor.train/],
    ["no tokenizer", {tokenizer: undefined}, /tokenizer.json cannot be used/]
  ])("when meta.json has %s", (_, change, message) => {
    expect(() => readCorpusMeta({...files().meta, ...change})).toThrow(message);
  });

  it("when meta.json is not an object", () => {
    expect(() => readCorpusMeta("meta")).toThrow(/not a JSON object/);
  });
});
