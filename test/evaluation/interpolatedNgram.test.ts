import {describe, expect, test} from "vitest";
import {writeStories} from "../../src/components/corpus/storyText.js";
import {ngramNats, trainInterpolatedNgram} from "../../src/components/evaluation/interpolatedNgram.js";
import {ngramLoss, trainNgram} from "../../src/components/evaluation/ngram.js";
import {createRandom} from "../../src/components/random.js";

const random = createRandom(9);

test("every order's probabilities sum to one, after contexts seen and unseen", () => {
  const tokens = Uint16Array.from({length: 200}, () => random.integer(4));
  const model = trainInterpolatedNgram(tokens, {order: 4, vocabSize: 6});
  for (const context of [[], [0], [0, 1, 2], [5, 5, 5], [1, 5, 3]]) {
    const sums = [0, 0, 0, 0];
    for (let token = 0; token < 6; token++)
      model.probabilities([...context, token], context.length).forEach((p, k) => {
        expect(p).toBeGreaterThan(0);
        sums[k]! += p;
      });
    for (const sum of sums) expect(sum).toBeCloseTo(1, 12);
  }
});

describe("weights", () => {
  test("trust a context that determines what follows", () => {
    const tokens = Uint16Array.from({length: 5000}, (_, i) => i % 3);
    const {weights} = trainInterpolatedNgram(tokens, {order: 2, vocabSize: 3});
    expect(weights[1]![Math.floor(2 * Math.log2(1500))]).toBeGreaterThan(0.99);
  });

  test("distrust one that says nothing", () => {
    // Independent tokens: what a context adds is noise, and worse than the unigram's.
    const tokens = Uint16Array.from({length: 4000}, () => Math.min(random.integer(40), random.integer(40)));
    const {weights} = trainInterpolatedNgram(tokens, {order: 3, vocabSize: 40});
    const rare = weights[2]!.slice(0, 1);
    for (const λ of rare) expect(λ).toBeLessThan(0.1);
    expect(weights[0]!.at(-1)).toBeGreaterThan(0.9);
  });
});

describe("on stories that it was not trained on", () => {
  const text = writeStories({seed: 1, length: 60_000}).text();
  const kinds = [...new Set(text)].sort();
  const tokens = Uint16Array.from(text, (c) => kinds.indexOf(c));
  const [train, val] = [tokens.slice(0, 54_000), tokens.slice(54_000)];
  const vocabSize = kinds.length;
  const losses = ngramNats(trainInterpolatedNgram(train, {order: 5, vocabSize}), val).map(
    (nats) => nats / (val.length - 1)
  );

  test("each order does better than the one before, and the unigram better than a blind guess", () => {
    expect(losses[0]).toBeLessThan(Math.log(vocabSize));
    for (let k = 1; k < 5; k++) expect(losses[k]).toBeLessThan(losses[k - 1]!);
  });

  test("fitted weights are about as good as Witten and Bell's", () => {
    const wittenBell = ngramLoss(trainNgram(train, {order: 5, vocabSize}), val);
    expect(losses[4]).toBeLessThan(wittenBell + 0.02);
    expect(losses[4]).toBeGreaterThan(wittenBell - 0.1);
  });

  test("sums of parts are the sum of the whole", () => {
    const model = trainInterpolatedNgram(train, {order: 2, vocabSize});
    const [whole, first, second] = [{}, {end: 100}, {from: 100}].map((part) => ngramNats(model, val, part));
    expect(first![1]! + second![1]!).toBeCloseTo(whole![1]!, 6);
  });
});

test("a text too short to hold a piece back is refused", () => {
  expect(() => trainInterpolatedNgram(new Uint16Array(19), {order: 2, vocabSize: 2})).toThrow(
    "The training text has 19 tokens; n-grams need at least 20"
  );
});
