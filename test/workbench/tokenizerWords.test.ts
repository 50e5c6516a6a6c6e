import {expect, it} from "vitest";
import type {TokenizerChoice} from "../../src/components/text/tokenizerChoice.js";
import {trainTokenizer} from "../../src/components/text/trainTokenizer.js";
import {kindOf, tokenizerInWords, vocabularySize} from "../../src/components/workbench/tokenizerWords.js";

const text = "a word and another word. ".repeat(50);
it.each<[TokenizerChoice, string]>([
  [{kind: "character"}, "characters"],
  [{kind: "byte-pair", vocabularySize: 260}, "260 byte pairs"],
  [{kind: "word-piece", vocabularySize: 20}, "20 word pieces"]
])("of %o is “%s”", (choice, words) => {
  const tokenizer = trainTokenizer(text, choice);
  const file = tokenizer.toJSON();
  expect([kindOf(file), tokenizerInWords(file)]).toEqual([choice.kind, words]);
  expect(vocabularySize(file)).toBe(tokenizer.vocabulary.length);
  const padded = trainTokenizer(text, {...choice, padding: true}).toJSON();
  expect([vocabularySize(padded), tokenizerInWords(padded)]).toEqual([vocabularySize(file), words]);
});
