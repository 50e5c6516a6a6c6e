import {expect, it} from "vitest";
import {
  countNgrams,
  ngramLoss,
  ngramLosses,
  ngramName,
  trainNgram,
  wittenBell
} from "../../src/components/evaluation/ngram.js";
import {createRandom} from "../../src/components/random.js";

it("gives probabilities that sum to one, after contexts seen and unseen", () => {
  const model = trainNgram([0, 1, 0, 1, 2, 0, 1], {order: 3, vocabSize: 4});
  for (const context of [[], [0], [0, 1], [3, 3], [2, 2]]) {
    const sum = [0, 1, 2, 3].reduce(
      (total, token) => total + Math.exp(model.logProbability([...context, token], context.length)),
      0
    );
    expect(sum).toBeCloseTo(1, 12);
  }
});

it("interpolates as Witten and Bell do", () => {
  // After "0": 1 twice of 2, one distinct; unigrams: 1 twice of 4, two distinct; then 1 / 2.
  const model = trainNgram([0, 1, 0, 1], {order: 2, vocabSize: 2});
  const unigram = (2 + 2 * (1 / 2)) / (4 + 2);
  expect(Math.exp(model.logProbability([0, 1], 1))).toBeCloseTo((2 + 1 * unigram) / (2 + 1), 12);
});

it("tells of every order what a table of that order alone would say", () => {
  const tokens = [0, 1, 2, 0, 1, 0, 2, 2, 1, 0];
  const ngrams = countNgrams(tokens, {order: 4, vocabSize: 3});
  for (const text of [tokens, [2, 2, 2, 1, 1]])
    for (let i = 0; i < text.length; i++) {
      const alone = [1, 2, 3, 4].map((order) =>
        Math.exp(trainNgram(tokens, {order, vocabSize: 3}).logProbability(text, i))
      );
      wittenBell(ngrams, text, i).forEach((p, k) => {
        expect(p).toBeCloseTo(alone[k]!, 12);
      });
    }
});

it("finds the loss of every order in one reading, as it is of each alone", () => {
  const tokens = [0, 1, 2, 0, 1, 0, 2, 2, 1, 0];
  const text = [2, 1, 0, 1, 2, 2, 0];
  expect(ngramLosses(countNgrams(tokens, {order: 4, vocabSize: 3}), text)).toEqual(
    [1, 2, 3, 4].map((order) => ngramLoss(trainNgram(tokens, {order, vocabSize: 3}), text))
  );
});

it("keeps the followers of every context apart, however long", () => {
  const random = createRandom(4);
  const V = 5;
  const text = Array.from({length: 3000}, () => random.integer(V));
  const ngrams = countNgrams(text, {order: 5, vocabSize: V});
  const counted = new Map<string, number[]>();
  for (let i = 0; i < text.length; i++)
    for (let length = 0; length < 5 && length <= i; length++) {
      const context = text.slice(i - length, i).join();
      counted.set(context, [...(counted.get(context) ?? []), text[i]!]);
    }
  for (let i = 0; i < text.length; i += 7)
    for (let length = 0; length < 5 && length <= i; length++) {
      const followed = counted.get(text.slice(i - length, i).join())!;
      const {total, counts} = ngrams.followers(text, i, length)!;
      expect(total).toBe(followed.length);
      for (const [token, count] of counts) expect(count).toBe(followed.filter((t) => t === token).length);
    }
  expect(ngrams.followers([1, 2], 2, 3)).toBeUndefined();
});

it("looks no further than the first context that never was", () => {
  const ngrams = countNgrams([0, 1, 0, 1, 2], {order: 5, vocabSize: 4});
  const asked: number[] = [];
  const listening = {
    ...ngrams,
    followers: (text: ArrayLike<number>, i: number, length: number) => {
      asked.push(length);
      return ngrams.followers(text, i, length);
    }
  };
  // "0" was met, "3 0" never.
  const probabilities = wittenBell(listening, [0, 1, 3, 0, 1], 4);
  expect(asked).toEqual([0, 1, 2]);
  expect([...probabilities.subarray(2)]).toEqual(Array(3).fill(probabilities[1]));
  expect(probabilities[1]).toBeGreaterThan(probabilities[0]!);
});

it("finds the entropy of a source that it can learn", () => {
  // A fair coin after every 0, and 0 after anything else: ln 2 every second token.
  let state = 1;
  const coin = () => {
    state = (state * 48271) % 2147483647;
    return state % 2 === 0 ? 1 : 2;
  };
  const tokens = Array.from({length: 20_000}, (_, i) => (i % 2 === 0 ? 0 : coin()));
  expect(
    ngramLoss(trainNgram(tokens.slice(0, 18_000), {order: 2, vocabSize: 3}), tokens.slice(18_000))
  ).toBeCloseTo(Math.LN2 / 2, 2);
});

it("refuses an order that is not a whole number from 1", () => {
  expect(() => trainNgram([0], {order: 0, vocabSize: 2})).toThrow(/whole number/);
});

it("gives orders their names", () => {
  expect([1, 2, 3, 4, 12].map(ngramName)).toEqual(["unigram", "bigram", "trigram", "4-gram", "12-gram"]);
});
