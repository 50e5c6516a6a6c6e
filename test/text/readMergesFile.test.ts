import {expect, test} from "vitest";
import {CHARACTER_OF_TOKEN} from "../../src/components/text/byteAlphabet.js";
import {readMergesFile} from "../../src/components/text/readMergesFile.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";

const MERGES = "#version: 0.2\nt h\nĠ th\nĠth e\n";
const tokens = [...CHARACTER_OF_TOKEN, "th", "Ġth", "Ġthe"];
const vocabOf = (all: readonly string[]) => Object.fromEntries(all.map((token, id) => [token, id]));

test("the two files are the tokenizer that tokenizer.json would be, with GPT-2's special token or without", () => {
  for (const all of [tokens, [...tokens, "<|endoftext|>"]]) {
    const tokenizer = readMergesFile(vocabOf(all), MERGES);
    expect([...tokenizer.encode("the the\r\n").ids]).toEqual([256, 68, 258, 201, 198]);
    expect(tokenizer.vocabulary.length).toBe(all.length);
    expect(tokenizer.paddingId).toBe(all === tokens ? undefined : 259);
    expect(readTokenizer(tokenizer.toJSON()).vocabulary).toEqual(tokenizer.vocabulary);
  }
  // As Windows writes lines, and without the line of the version.
  expect(readMergesFile(vocabOf(tokens), "t h\r\nĠ th\r\nĠth e\r\n").vocabulary[258]).toBe(" the");
});

test("a merge more, a token more, and no vocabulary are refused", () => {
  expect(() => readMergesFile(vocabOf(tokens), `${MERGES}a b\n`)).toThrow("merge 3 makes");
  expect(() => readMergesFile(vocabOf([...tokens, "xq", "yq"]), MERGES)).toThrow("its vocab has 261 tokens");
  expect(() => readMergesFile([], MERGES)).toThrow("has no vocab");
});

test("a tokenizer.json from before models said their type is BPE where it has merges", () => {
  const {model, ...file} = readMergesFile(vocabOf(tokens), MERGES).toJSON();
  const {type: _, ...untyped} = model;
  expect(readTokenizer({...file, model: untyped}).vocabulary[258]).toBe(" the");
  expect(() => readTokenizer({...file, model: {vocab: model.vocab}})).toThrow("its model is missing");
});
