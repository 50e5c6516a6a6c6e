import {expect, it} from "vitest";
import {
  checkTokenizerChoice,
  parseTokenizerChoice,
  type TokenizerChoice
} from "../../src/components/text/tokenizerChoice.js";

it("reads a choice from a text", () => {
  expect(parseTokenizerChoice("character")).toEqual({kind: "character"});
  expect(parseTokenizerChoice("byte-pair:512")).toEqual({kind: "byte-pair", vocabularySize: 512});
  expect(parseTokenizerChoice("word-piece:1000")).toEqual({kind: "word-piece", vocabularySize: 1000});
});

it.each([
  "",
  "characters",
  "character:5",
  "byte-pair",
  "byte-pair:",
  "byte-pair:-5",
  "bpe:512",
  " byte-pair:512",
  "byte-pair:5e3"
])("refuses “%s” and says what is allowed", (text) => {
  expect(() => parseTokenizerChoice(text)).toThrow(
    `The tokenizer is “${text}”; it must be character, byte-pair:SIZE or word-piece:SIZE, for example byte-pair:512.`
  );
});

it.each<[TokenizerChoice, string]>([
  [{kind: "byte-pair", vocabularySize: 256}, "is 256; a byte-pair tokenizer can have 257 to 65,536 tokens."],
  [{kind: "byte-pair", vocabularySize: 65_537}, "is 65537; a byte-pair tokenizer can have 257 to 65,536"],
  [{kind: "byte-pair", vocabularySize: 300.5}, "is 300.5; a byte-pair"],
  [{kind: "byte-pair", vocabularySize: Number.NaN}, "is NaN; a byte-pair"],
  [{kind: "word-piece", vocabularySize: 1}, "is 1; a word-piece tokenizer can have 2 to 65,536 tokens."],
  [
    {kind: "word-piece", vocabularySize: 65_536, padding: true},
    "is 65536; a word-piece tokenizer can have 2 to 65,535 tokens beside the one for padding."
  ]
])("refuses %o, naming the field, its value and the limit", (choice, message) => {
  expect(() => checkTokenizerChoice(choice)).toThrow(new RangeError(`vocabularySize ${message}`).message);
});

it("refuses a kind that does not exist, and sizes in a text as well", () => {
  expect(() => checkTokenizerChoice({kind: "unigram"} as never)).toThrow(/kind is “unigram”; use character,/);
  expect(() => parseTokenizerChoice("byte-pair:99999999999999999999")).toThrow(
    /vocabularySize is 1000000000/
  );
});

it("accepts each limit", () => {
  checkTokenizerChoice({kind: "character", padding: true});
  checkTokenizerChoice({kind: "byte-pair", vocabularySize: 257});
  checkTokenizerChoice({kind: "byte-pair", vocabularySize: 65_536});
  checkTokenizerChoice({kind: "word-piece", vocabularySize: 65_535, padding: true});
});
