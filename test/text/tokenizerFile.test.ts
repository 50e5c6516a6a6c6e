import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {trainCharacterTokenizer} from "../../src/components/text/characterTokenizer.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";

type Loose = Record<string, unknown> & {model: Record<string, unknown> & {vocab: Record<string, unknown>}};

/** A good file with one part changed. */
function fileWith(change: (file: Loose) => unknown): unknown {
  const file = structuredClone(trainCharacterTokenizer("abc").toJSON()) as unknown as Loose;
  change(file);
  return file;
}

it("reads what a tokenizer wrote, through JSON, digits in the vocabulary and all", () => {
  fc.assert(
    fc.property(fc.string({unit: "grapheme", minLength: 1}), (text) => {
      const tokenizer = trainCharacterTokenizer(`0123456789${text}`);
      const read = readTokenizer(JSON.parse(JSON.stringify(tokenizer)));
      expect(read.vocabulary).toEqual(tokenizer.vocabulary);
      expect(read.toJSON()).toEqual(tokenizer.toJSON());
    })
  );
});

it("writes the form that Hugging Face's tokenizers load as a character tokenizer", () => {
  expect(trainCharacterTokenizer("b a\n").toJSON()).toMatchObject({
    version: "1.0",
    pre_tokenizer: null,
    decoder: {type: "Fuse"},
    model: {type: "BPE", vocab: {"\n": 0, " ": 1, a: 2, b: 3}, merges: [], unk_token: null}
  });
});

describe("a file that is something else", () => {
  it.each<[string, unknown, RegExp]>([
    ["null", null, /not a JSON object/],
    ["a list", [], /not a JSON object/],
    ["another version", fileWith((f) => (f.version = "2.0")), /version is "2.0"/],
    ["no model", fileWith((f) => Reflect.deleteProperty(f, "model")), /no model/],
    ["WordPiece", fileWith((f) => (f.model.type = "WordPiece")), /"WordPiece"/],
    ["merges", fileWith((f) => (f.model.merges = ["a b"])), /merges/],
    ["a pre-tokenizer", fileWith((f) => (f.pre_tokenizer = {type: "ByteLevel"})), /pre_tokenizer/],
    ["a normaliser", fileWith((f) => (f.normalizer = {type: "NFC"})), /normalizer/],
    ["another decoder", fileWith((f) => (f.decoder = {type: "ByteLevel"})), /decoder/],
    ["added tokens", fileWith((f) => (f.added_tokens = [{id: 3}])), /added_tokens/],
    [
      "padding in the middle",
      fileWith((f) => (f.added_tokens = [{id: 1, content: "b", special: true}])),
      /last id/
    ],
    ["no vocab", fileWith((f) => Reflect.deleteProperty(f.model, "vocab")), /no vocab/],
    ["an empty vocab", fileWith((f) => (f.model.vocab = {})), /0 tokens/],
    [
      "a gap in the ids",
      fileWith((f) => (f.model.vocab.c = 3)),
      /"c" has id 3; ids are whole numbers from 0 to 2/
    ],
    ["an id twice", fileWith((f) => (f.model.vocab.c = 1)), /id 1 belongs to two/],
    ["an id that is text", fileWith((f) => (f.model.vocab.c = "2")), /has id "2"/],
    ["a token of two characters", fileWith((f) => (f.model.vocab = {ab: 0, c: 1})), /exactly one character/]
  ])("is refused: %s", (_, file, message) => {
    expect(() => readTokenizer(file)).toThrow(message);
  });

  it("throws an Error for any JSON value, never anything else", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() => readTokenizer(value)).toThrow(/This tokenizer.json cannot be used/);
      })
    );
  });
});
