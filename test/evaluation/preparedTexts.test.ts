import {describe, expect, test} from "vitest";
import {storyCorpus} from "../../src/components/corpus/storyCorpus.js";
import {LARGEST_ORDER, PreparedTexts} from "../../src/components/evaluation/preparedTexts.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {trainTokenizer} from "../../src/components/text/trainTokenizer.js";

const {corpus, logProbabilities} = await storyCorpus({bytes: 40_000});
const tokenizer = readTokenizer(corpus.meta.tokenizer);
const source = {
  tokenizer: corpus.meta.tokenizer,
  train: corpus.train,
  val: corpus.val,
  stories: corpus.meta.floor !== null
};

describe("in the corpus's own tokens", () => {
  const texts = new PreparedTexts(source, tokenizer);

  test("the held-out text is the validation part, with the truth from its first character on", () => {
    expect(texts.heldOut.ids).toEqual(corpus.val);
    expect(texts.heldOut.characters.every((n) => n === 1)).toBe(true);
    const {offsets, ids, probabilities} = texts.heldOut.truth!;
    expect(offsets).toHaveLength(corpus.val.length + 1);
    // The same as the grammar's account while it wrote the text.
    for (let i = 0; i < corpus.val.length; i += 97) {
      const place = ids.subarray(offsets[i]!, offsets[i + 1]!).indexOf(corpus.val[i]!);
      expect(Math.log(probabilities[offsets[i]! + place]!)).toBeCloseTo(logProbabilities.val[i]!, 5);
    }
  });

  test("n-grams are told how far they are, and are over the tokens asked for", () => {
    const progress: [number, number][] = [];
    const all = texts.baselines(corpus.val.length - 1, (done, total) => progress.push([done, total]));
    expect(all).toHaveLength(LARGEST_ORDER);
    expect(progress.at(-1)![0]).toBe(progress.at(-1)![1]);
    const [few] = texts.baselines(10);
    expect(few!.nats).not.toBe(all[0]!.nats);
    expect(all[0]!.bitsPerCharacter).toBeCloseTo(all[0]!.nats / Math.LN2, 9);
  });

  test("held-out text is compared at the length of the sample", () => {
    const copied = tokenizer.decode(corpus.train.subarray(500, 800));
    const {sample, heldOut} = texts.compare(copied);
    expect(sample.copy.text).toBe(copied);
    expect(sample.copied).toBe(1);
    expect(heldOut.copy.place.length).toBeLessThan(300);
  });
});

test("in other tokens: every character is in one, and the truth is not known", () => {
  const text = tokenizer.decode(corpus.train);
  const pairs = trainTokenizer(text, {kind: "byte-pair", vocabularySize: 300});
  const {heldOut} = new PreparedTexts(source, pairs);
  expect(heldOut.truth).toBeNull();
  expect(heldOut.ids.length).toBeLessThan(corpus.val.length);
  expect(heldOut.characters.reduce((a, b) => a + b)).toBeCloseTo(corpus.val.length, 6);
  expect(heldOut.classes).toHaveLength(heldOut.ids.length);
});

test("a text of another source has no truth", () => {
  expect(new PreparedTexts({...source, stories: false}, tokenizer).heldOut.truth).toBeNull();
});
