import {expect, test} from "vitest";
import {recut} from "../../src/components/corpus/recut.js";
import {characterTokenizer} from "../../src/components/text/characterTokenizer.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {trainTokenizer} from "../../src/components/text/trainTokenizer.js";
import {tinyCorpus} from "../training/corpus.js";

const corpus = tinyCorpus();
const characters = readTokenizer(corpus.meta.tokenizer);

test("the parts stay the same text, in other tokens", () => {
  const tokenizer = trainTokenizer("abc cab bad deed ebb dace. abc deed", {
    kind: "byte-pair",
    vocabularySize: 260
  });
  const cut = recut({...corpus, meta: {...corpus.meta, floor: {train: 1, val: 1}}}, tokenizer, 8);
  for (const part of ["train", "val"] as const) {
    expect(tokenizer.decode(cut[part])).toBe(characters.decode(corpus[part]));
    expect(cut.meta.counts[part]).toBe(cut[part].length);
    // As many nats, over fewer tokens.
    expect(cut.meta.floor![part]).toBeCloseTo(corpus[part].length / cut[part].length, 9);
  }
  expect(cut.meta).toMatchObject({
    name: "test words",
    sha256: corpus.meta.sha256,
    unknown: {total: 0},
    tokenizer: tokenizer.toJSON()
  });
});

test("what the tokenizer does not know is counted, and too little that it knows is refused", () => {
  const some = recut(corpus, characterTokenizer(["a", "b", " "]), 8);
  expect(some.meta.unknown.kinds).toBe(5);
  expect(some.meta.floor).toBeNull();
  expect(() => recut(corpus, characterTokenizer(["x", "y"]), 8)).toThrow("has 0 characters for training");
});
