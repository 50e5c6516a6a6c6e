import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {trainBytePairTokenizer} from "../../src/components/text/trainBytePairs.js";

type Json = Record<string, unknown>;
type Loose = Json & {
  model: Json & {vocab: Record<string, unknown>; merges: unknown[]};
  pre_tokenizer: Json;
  added_tokens: Json[];
};

const words = new Map([
  ["low", 5],
  ["lower", 2],
  ["newest", 6],
  ["widest", 3]
]);
const trained = trainBytePairTokenizer(words, {vocabularySize: 261, padding: "<|pad|>"});

/** A good file (256 bytes, 5 merges, padding) with one part changed. */
function fileWith(change: (file: Loose) => unknown): unknown {
  const file = JSON.parse(JSON.stringify(trained)) as Loose;
  change(file);
  return file;
}

it("reads what a tokenizer wrote, through JSON", () => {
  fc.assert(
    fc.property(
      fc.string({unit: fc.constantFrom(..."ab é😀\n"), minLength: 1}),
      fc.constantFrom(undefined, "<|pad|>", "__proto__"),
      (text, padding) => {
        const options = {vocabularySize: 300, ...(padding === undefined ? {} : {padding})};
        const tokenizer = trainBytePairTokenizer(text.repeat(3), options);
        const read = readTokenizer(JSON.parse(JSON.stringify(tokenizer)));
        expect(read.kind).toBe("byte-pair");
        expect(read.vocabulary).toEqual(tokenizer.vocabulary);
        expect(read.paddingId).toBe(tokenizer.paddingId);
        expect(read.toJSON()).toEqual(tokenizer.toJSON());
        expect(read.encode(text)).toEqual(tokenizer.encode(text));
      }
    ),
    {numRuns: 30}
  );
});

it("writes the form of GPT-2's own tokenizer.json", () => {
  expect(trained.toJSON()).toMatchObject({
    version: "1.0",
    added_tokens: [{id: 261, content: "<|pad|>", special: true}],
    pre_tokenizer: {type: "ByteLevel", add_prefix_space: false, use_regex: true},
    decoder: {type: "ByteLevel"},
    model: {type: "BPE", unk_token: null, merges: ["e s", "es t", "l o", "lo w", "e w"]}
  });
  expect(trained.toJSON().model.vocab).toMatchObject({"!": 0, Ġ: 220, es: 256, est: 257, "<|pad|>": 261});
});

it("reads merges written as pairs, as newer libraries write them", () => {
  const pairs = fileWith((f) => (f.model.merges = f.model.merges.map((merge) => String(merge).split(" "))));
  expect(readTokenizer(pairs).toJSON()).toEqual(trained.toJSON());
});

describe("a file that asks for something else", () => {
  it.each<[string, unknown, RegExp]>([
    ["a space in front", fileWith((f) => (f.pre_tokenizer.add_prefix_space = true)), /pre_tokenizer/],
    ["no splitting", fileWith((f) => (f.pre_tokenizer.use_regex = false)), /pre_tokenizer/],
    ["another decoder", fileWith((f) => (f.decoder = {type: "Fuse"})), /decoder must be ByteLevel/],
    ["a normaliser", fileWith((f) => (f.normalizer = {type: "NFC"})), /normalizer/],
    ["a post-processor", fileWith((f) => (f.post_processor = {type: "BertProcessing"})), /post_processor/],
    ["a suffix", fileWith((f) => (f.model.end_of_word_suffix = "</w>")), /end_of_word_suffix/],
    ["dropout", fileWith((f) => (f.model.dropout = 0.1)), /dropout/],
    ["byte fallback", fileWith((f) => (f.model.byte_fallback = true)), /byte_fallback/],
    ["no merges", fileWith((f) => Reflect.deleteProperty(f.model, "merges")), /no list of merges/],
    ["too many merges", fileWith((f) => (f.model.merges = new Array(65_281).fill("l o"))), /65281 merges/],
    ["a merge of one token", fileWith((f) => (f.model.merges[0] = "lo")), /merge 0 is "lo"/],
    ["a merge of three", fileWith((f) => (f.model.merges[0] = "e s t")), /merge 0 is "e s t"/],
    ["a merge that is a number", fileWith((f) => (f.model.merges[0] = 1)), /merge 0 is 1/],
    [
      "a merge of unborn tokens",
      fileWith((f) => f.model.merges.splice(0, 2, "es t", "e s")),
      /merge 0 is "es t"/
    ],
    ["a merge twice", fileWith((f) => (f.model.merges[1] = "e s")), /merge 1 makes "es", which exists/],
    ["merges out of order", fileWith((f) => (f.model.merges[0] = "l o")), /but token 256 is "es"/],
    ["a merge less", fileWith((f) => f.model.merges.pop()), /262 tokens, but .* make 261/],
    ["other bytes", fileWith((f) => Object.assign(f.model.vocab, {"!": 1, '"': 0})), /token 0 is "\\""/],
    ["padding not special", fileWith((f) => (f.added_tokens[0]!.special = false)), /added_tokens/],
    ["padding elsewhere", fileWith((f) => (f.added_tokens[0]!.id = 5)), /added_tokens/],
    ["more added tokens", fileWith((f) => f.added_tokens.push({...f.added_tokens[0]})), /added_tokens/],
    ["an id twice", fileWith((f) => (f.model.vocab.es = 257)), /id 257 belongs to two/]
  ])("is refused: %s", (_, file, message) => {
    expect(() => readTokenizer(file)).toThrow(message);
    expect(() => readTokenizer(file)).toThrow(/^This tokenizer.json cannot be used: /);
  });
});
