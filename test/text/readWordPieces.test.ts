import {describe, expect, it} from "vitest";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {wordPieceTokenizer} from "../../src/components/text/wordPieceTokenizer.js";

type Json = Record<string, unknown>;
type Loose = Json & {
  model: Json & {vocab: Record<string, unknown>};
  decoder: Json;
  added_tokens: Json[];
};

const tokenizer = wordPieceTokenizer(["7", "__proto__", "a", "##a", "##b"], "[PAD]");

/** A good file with one part changed. */
function fileWith(change: (file: Loose) => unknown): unknown {
  const file = JSON.parse(JSON.stringify(tokenizer)) as Loose;
  change(file);
  return file;
}

it.each([
  ["with padding", tokenizer],
  ["without", wordPieceTokenizer(["a"])]
])("reads what a tokenizer wrote, through JSON: %s", (_, tokenizer) => {
  const read = readTokenizer(JSON.parse(JSON.stringify(tokenizer)));
  expect(read.kind).toBe("word-piece");
  expect(read.vocabulary).toEqual(tokenizer.vocabulary);
  expect(read.paddingId).toBe(tokenizer.paddingId);
  expect(read.toJSON()).toEqual(tokenizer.toJSON());
  expect(read.encode("7 aab b")).toEqual(tokenizer.encode("7 aab b"));
});

it("writes the form that Hugging Face's tokenizers load as WordPiece", () => {
  expect(wordPieceTokenizer(["a", "##b"], "[PAD]").toJSON()).toMatchObject({
    version: "1.0",
    added_tokens: [{id: 3, content: "[PAD]", special: true}],
    normalizer: null,
    pre_tokenizer: {type: "BertPreTokenizer"},
    decoder: {type: "WordPiece", prefix: "##", cleanup: false},
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: {"[UNK]": 0, a: 1, "##b": 2, "[PAD]": 3}
    }
  });
});

describe("a file that asks for something else", () => {
  it.each<[string, unknown, RegExp]>([
    ["another decoder", fileWith((f) => (f.decoder.type = "ByteLevel")), /decoder must be WordPiece/],
    ["another decoder's prefix", fileWith((f) => (f.decoder.prefix = "@@")), /decoder must be WordPiece/],
    ["clean-up", fileWith((f) => (f.decoder.cleanup = true)), /no cleanup/],
    ["no splitting", fileWith((f) => (f.pre_tokenizer = null)), /pre_tokenizer/],
    ["lower case", fileWith((f) => (f.normalizer = {type: "BertNormalizer"})), /normalizer/],
    ["sentence markers", fileWith((f) => (f.post_processor = {type: "BertProcessing"})), /post_processor/],
    ["another [UNK]", fileWith((f) => (f.model.unk_token = "<unk>")), /unk_token is "<unk>"/],
    ["another prefix", fileWith((f) => (f.model.continuing_subword_prefix = "@@")), /prefix is "@@"/],
    ["longer words", fileWith((f) => (f.model.max_input_chars_per_word = 200)), /per_word is 200/],
    [
      "[UNK] elsewhere",
      fileWith((f) => Object.assign(f.model.vocab, {"[UNK]": 1, "7": 0})),
      /token 0 is "7"/
    ],
    [
      "a piece of nothing",
      fileWith((f) =>
        Object.assign(f, {added_tokens: [], model: {...f.model, vocab: {"[UNK]": 0, "##": 1}}})
      ),
      /token 1 is "##", which spells nothing/i
    ],
    ["padding that is not there", fileWith((f) => (f.model.vocab = {"[UNK]": 0, a: 1})), /added_tokens/],
    [
      "no pieces",
      fileWith((f) => Object.assign(f, {added_tokens: [], model: {...f.model, vocab: {"[UNK]": 0}}})),
      /no pieces/
    ],
    ["padding elsewhere", fileWith((f) => (f.added_tokens[0]!.id = 0)), /added_tokens/]
  ])("is refused: %s", (_, file, message) => {
    expect(() => readTokenizer(file)).toThrow(message);
    expect(() => readTokenizer(file)).toThrow(/^This tokenizer.json cannot be used: /);
  });
});
