import {describe, expect, test} from "vitest";
import {
  predictionAt,
  scoredTokenLimit,
  scoreText,
  surprise
} from "../../src/components/evaluation/surprise.js";
import {nextLogits} from "../../src/components/generation/contextReader.js";
import {distribution, PLAIN} from "../../src/components/generation/distribution.js";
import type {LanguageModel} from "../../src/components/inference/languageModel.js";
import {createRandom} from "../../src/components/random.js";
import {trainTokenizer} from "../../src/components/text/trainTokenizer.js";
import {fakeModel} from "../fixtures/fakeModel.js";

const random = createRandom(2);
const ids = Array.from({length: 61}, () => random.integer(7));

/** Tokens of one character each. */
const cut = (ids: number[]) => ({
  ids: Uint16Array.from(ids),
  characters: new Float64Array(ids.length).fill(1)
});

/** A model whose every prediction is the same, for numbers that can be worked out by hand. */
function constantModel(...p: number[]): LanguageModel {
  const model = fakeModel({vocabSize: p.length});
  return {
    ...model,
    trace: async (window) => ({
      ids: Uint16Array.from(window),
      logits: Float32Array.from({length: window.length * p.length}, (_, i) => Math.log(p[i % p.length]!)),
      attention: null
    })
  };
}

describe("scores", () => {
  test.each([1, 2, 5, 8, 60, 61, 200])(
    "each token's are those that generating would see: context %i",
    async (blockSize) => {
      const model = fakeModel({blockSize});
      const scores = await scoreText(model, cut(ids));
      for (let n = 1; n < ids.length; n++)
        expect(scores.logits.slice((n - 1) * 7, n * 7)).toEqual(await nextLogits(model, ids.slice(0, n)));
    }
  );

  test("a long text takes one run of the model for each half context", async () => {
    const model = fakeModel({blockSize: 8});
    const progress: number[] = [];
    await scoreText(model, cut(ids), {onProgress: (done, total) => progress.push(done, total)});
    expect(model.calls).toHaveLength(1 + Math.ceil((60 - 8) / 4));
    expect(progress.slice(0, 4)).toEqual([8, 60, 12, 60]);
    expect(progress.slice(-2)).toEqual([60, 60]);
  });

  test("an abort is obeyed", async () => {
    const controller = new AbortController();
    const scoring = scoreText(fakeModel(), cut(ids), {
      signal: controller.signal,
      onProgress: () => controller.abort()
    });
    await expect(scoring).rejects.toMatchObject({name: "AbortError"});
  });

  test("too short and too long are refused with a sentence", async () => {
    await expect(scoreText(fakeModel(), cut([]))).rejects.toThrow("0 known characters");
    await expect(scoreText(fakeModel(), cut([1]))).rejects.toThrow("1 known character;");
    const limit = scoredTokenLimit(7);
    expect(limit).toBe(20_000);
    await expect(scoreText(fakeModel(), cut(new Array(limit + 1).fill(0)))).rejects.toThrow(
      "20,001 tokens; at most 20,000"
    );
    expect(scoredTokenLimit(12_288)).toBe(2731);
    const tokenizer = trainTokenizer("abab", {kind: "byte-pair", vocabularySize: 257});
    await expect(scoreText({...fakeModel(), tokenizer}, cut([1]))).rejects.toThrow("1 known token;");
  });
});

describe("surprise", () => {
  test("is −ln p under the plain distribution", async () => {
    const scores = await scoreText(fakeModel(), cut(ids));
    const {nats, cut: lost, infinite, kept} = surprise(scores);
    expect([lost, infinite]).toEqual([0, false]);
    let sum = 0;
    for (let i = 0; i < 60; i++) {
      const expected = -Math.log(predictionAt(scores, i).probabilities[ids[i + 1]!]!);
      expect(nats[i]).toBeCloseTo(expected, 10);
      sum += expected;
    }
    expect(kept!.meanNats).toBeCloseTo(sum / 60, 10);
    expect(kept!.perplexity).toBeCloseTo(Math.exp(sum / 60), 8);
    expect(kept!.bitsPerCharacter).toBeCloseTo(sum / 60 / Math.LN2, 10);
  });

  test("by hand: a model that always says ½, ¼, ¼", async () => {
    const scores = await scoreText(constantModel(0.5, 0.25, 0.25), cut([0, 0, 1, 2, 0]));
    const plain = surprise(scores).kept!;
    expect(plain.bitsPerCharacter).toBeCloseTo(1.5, 6);
    expect(plain.perplexity).toBeCloseTo(2 ** 1.5, 6);

    // Top-k 2 cuts the token 2 and leaves ⅔ and ⅓ to the others.
    const truncated = surprise(scores, {...PLAIN, topK: 2});
    expect(truncated).toMatchObject({cut: 1, infinite: true});
    expect(truncated.nats[2]).toBe(Number.POSITIVE_INFINITY);
    expect(truncated.kept!.perplexity).toBeCloseTo((1.5 * 3 * 1.5) ** (1 / 3), 6);

    const greedy = surprise(scores, {...PLAIN, temperature: 0});
    expect(greedy).toMatchObject({cut: 2, kept: {meanNats: 0, perplexity: 1, bitsPerCharacter: 0}});
  });

  test("bits a character share the nats among the characters of the tokens, whatever their lengths", async () => {
    const text = {ids: Uint16Array.of(0, 1, 2, 0), characters: Float64Array.of(5, 4, 0.5, 0.5)};
    const scores = await scoreText(constantModel(0.5, 0.25, 0.25), text);
    expect(surprise(scores).kept!.bitsPerCharacter).toBeCloseTo((2 + 2 + 1) / 5, 6);
    // Token 2 is cut: neither its nats nor its half character counts.
    const kept = surprise(scores, {...PLAIN, topK: 2}).kept!;
    expect(kept.bitsPerCharacter).toBeCloseTo((Math.log2(3) + Math.log2(1.5)) / 4.5, 6);
  });

  test("with every token cut there is no perplexity of the rest", async () => {
    const scores = await scoreText(constantModel(0.6, 0.4), cut([1, 1, 1]));
    expect(surprise(scores, {...PLAIN, topK: 1})).toMatchObject({cut: 2, infinite: true, kept: null});
  });

  test("a token too improbable for a float64 is not called cut", async () => {
    const scores = await scoreText(constantModel(0.9, 0.1), cut([0, 1]));
    const {nats, cut: lost} = surprise(scores, {...PLAIN, temperature: 1e-4});
    expect(lost).toBe(0);
    expect(nats[0]).toBeCloseTo(Math.log(9) * 1e4, 0);
  });

  test("any options agree with the distribution", async () => {
    const scores = await scoreText(fakeModel(), cut(ids));
    for (const options of [
      {temperature: 0.7, topK: 3, topP: 1},
      {temperature: 1.4, topK: null, topP: 0.7},
      {temperature: 0.9, topK: null, topP: 1, minP: 0.2},
      {temperature: 2, topK: 5, topP: 0.9}
    ]) {
      const {nats, cut: lost} = surprise(scores, options);
      const expected = Array.from({length: 60}, (_, i) => {
        const row = scores.logits.subarray(i * 7, (i + 1) * 7);
        return -Math.log(distribution(row, options).probabilities[ids[i + 1]!]!);
      });
      expected.forEach((value, i) => {
        expect(nats[i]).toBeCloseTo(value, 10);
      });
      expect(lost).toBe(expected.filter((value) => value === Number.POSITIVE_INFINITY).length);
      expect(lost).toBeGreaterThan(0);
    }
  });

  test("impossible options are refused with a sentence", async () => {
    const scores = await scoreText(fakeModel(), cut(ids));
    expect(() => surprise(scores, {...PLAIN, topP: 0})).toThrow(/^Top-p is 0;/);
  });
});
