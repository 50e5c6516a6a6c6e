import {expect, test} from "vitest";
import {characterTokenizer} from "../../src/components/text/characterTokenizer.js";
import {tokenTexts} from "../../src/components/text/tokenTexts.js";
import {trainTokenizer} from "../../src/components/text/trainTokenizer.js";
import {wordPieceTokenizer} from "../../src/components/text/wordPieceTokenizer.js";

test.each([
  ["characters", characterTokenizer([..."abc \n"])],
  ["byte pairs", trainTokenizer("ab ab abc", {kind: "byte-pair", vocabularySize: 258})],
  ["word pieces", wordPieceTokenizer(["a", "b", "##b", "##c", "ab"])]
])("the texts of %s read as the decoded text", (_, tokenizer) => {
  const {ids} = tokenizer.encode("ab abc a\nb");
  expect(tokenTexts(ids, tokenizer).join("")).toBe(tokenizer.decode(ids));
});

test("a run may begin within a word, and special tokens are spelt", () => {
  const tokenizer = wordPieceTokenizer(["a", "##b"], "[PAD]");
  expect(tokenTexts([2, 1, 2, 0, 3], tokenizer)).toEqual(["##b", " a", "b", " [UNK]", " [PAD]"]);
});

test("bytes that are no whole characters are shown as such", () => {
  const tokenizer = trainTokenizer("abab", {kind: "byte-pair", vocabularySize: 257});
  expect(tokenTexts(tokenizer.encode("é").ids, tokenizer)).toEqual(["<0xC3>", "<0xA9>"]);
});
