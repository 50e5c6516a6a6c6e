import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {
  distribution,
  fitOptions,
  PLAIN,
  type SamplingOptions
} from "../../src/components/generation/distribution.js";
import {rank} from "../../src/components/generation/rank.js";

const logitsOf = (...p: number[]) => Float32Array.from(p, Math.log);
const anyLogits = fc
  .array(fc.float({min: -60, max: 60, noNaN: true}), {minLength: 1, maxLength: 40})
  .map((values) => Float32Array.from(values));
const anyOptions: fc.Arbitrary<SamplingOptions> = fc.record({
  temperature: fc.oneof(fc.constant(0), fc.double({min: 1e-6, max: 100, noNaN: true})),
  topK: fc.oneof(fc.constant(null), fc.nat(50)),
  topP: fc.oneof(fc.constant(1), fc.double({min: 1e-9, max: 1, noNaN: true})),
  minP: fc.oneof(fc.constant(0), fc.double({min: 0, max: 1, noNaN: true}))
});
const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

describe("by hand", () => {
  const logits = logitsOf(0.1, 0.4, 0.2, 0.3);

  test("plain is the softmax", () => {
    const d = distribution(logits, PLAIN);
    [0.1, 0.4, 0.2, 0.3].forEach((p, id) => {
      expect(d.probabilities[id]).toBeCloseTo(p, 6);
    });
    expect([...d.ids]).toEqual([1, 3, 2, 0]);
    expect(d).toMatchObject({kept: 4, removedMass: 0});
    expect(d.entropy.before).toBeCloseTo(1.279854, 5);
    expect(d.entropy.after).toBe(d.entropy.before);
  });

  test("temperature ½ squares the odds", () => {
    const {tempered} = distribution(logits, {...PLAIN, temperature: 0.5});
    [1, 16, 4, 9].forEach((odds, id) => {
      expect(tempered[id]).toBeCloseTo(odds / 30, 6);
    });
  });

  test("temperature 0 is greedy and takes the lower id of equals", () => {
    const d = distribution(Float32Array.of(1, 3, 3), {temperature: 0, topK: 2, topP: 0.5});
    expect([...d.probabilities]).toEqual([0, 1, 0]);
    expect(d).toMatchObject({kept: 1, removedMass: 0, entropy: {before: 0, after: 0}});
  });

  test("top-k keeps k, and says what it cut", () => {
    const d = distribution(logits, {...PLAIN, topK: 2});
    expect(d.kept).toBe(2);
    expect(d.removedMass).toBeCloseTo(0.3, 6);
    [0, 4 / 7, 0, 3 / 7].forEach((p, id) => {
      expect(d.probabilities[id]).toBeCloseTo(p, 6);
    });
  });

  test("top-p measures the mass that top-k left", () => {
    // Of all mass, 0.4 + 0.3 < 0.72; of what top-k 3 leaves (0.9), it is 0.78.
    expect(distribution(logits, {...PLAIN, topP: 0.72}).kept).toBe(3);
    expect(distribution(logits, {temperature: 1, topK: 3, topP: 0.72}).kept).toBe(2);
    expect(distribution(logits, {...PLAIN, topP: 1e-9}).kept).toBe(1);
  });

  test("min-p measures every token by the best", () => {
    expect(distribution(logits, {...PLAIN, minP: 0.6}).kept).toBe(2); // 0.2 is half of 0.4
    expect(distribution(logits, {...PLAIN, minP: 0.49}).kept).toBe(3);
    // At temperature ½ the odds are 16 : 9 : 4 : 1.
    expect(distribution(logits, {...PLAIN, temperature: 0.5, minP: 0.3}).kept).toBe(2);
    expect(distribution(logits, {...PLAIN, minP: 1}).kept).toBe(1);
    expect(distribution(new Float32Array(3), {...PLAIN, minP: 1}).kept).toBe(3); // all are the best
    const {minP: _, ...without} = PLAIN;
    expect(distribution(logits, without)).toEqual(distribution(logits, PLAIN));
  });

  test("min-p drops of what top-p left", () => {
    expect(distribution(logits, {...PLAIN, topP: 0.8, minP: 0.2}).kept).toBe(3);
    expect(distribution(logits, {...PLAIN, topP: 0.8, minP: 0.6}).kept).toBe(2);
    expect(distribution(logits, {...PLAIN, topP: 0.5, minP: 0.2}).kept).toBe(2);
  });

  test("equal scores at the cut are decided by the lower id", () => {
    const d = distribution(new Float32Array(5), {...PLAIN, topK: 3});
    expect([...d.probabilities].map((p) => p > 0)).toEqual([true, true, true, false, false]);
  });

  test("scores far out of exp's range are no difficulty", () => {
    const d = distribution(Float32Array.of(3e38, -3e38, 3e38), {...PLAIN, temperature: 1e-300});
    expect([...d.probabilities]).toEqual([0.5, 0, 0.5]);
  });
});

test("properties", () => {
  fc.assert(
    fc.property(anyLogits, anyOptions, (logits, options) => {
      const d = distribution(logits, fitOptions(options, logits.length));
      const V = logits.length;
      expect(sum(d.tempered)).toBeCloseTo(1, 12);
      expect(sum(d.probabilities)).toBeCloseTo(1, 12);
      expect([...d.ids].sort((a, b) => a - b)).toEqual([...Array(V).keys()]);
      expect(d.kept).toBeGreaterThanOrEqual(1);
      if (options.topK) expect(d.kept).toBeLessThanOrEqual(options.topK);
      for (let i = 1; i < V; i++) {
        const [a, b] = [d.ids[i - 1]!, d.ids[i]!];
        expect(logits[a]! > logits[b]! || (logits[a] === logits[b] && a < b)).toBe(true);
        expect(d.probabilities[a]).toBeGreaterThanOrEqual(d.probabilities[b]!);
      }
      const cut = [...d.ids].slice(d.kept);
      for (const id of cut) expect(d.probabilities[id]).toBe(0);
      expect(d.removedMass).toBeCloseTo(sum(cut.map((id) => d.tempered[id]!)), 12);
      expect(d.entropy.after).toBeLessThanOrEqual(Math.log(d.kept) + 1e-9);
      expect(d.entropy.before).toBeLessThanOrEqual(Math.log(V) + 1e-9);
    }),
    {seed: 1}
  );
});

test("min-p keeps exactly those of what is left that reach its share of the best", () => {
  fc.assert(
    fc.property(anyLogits, anyOptions, (logits, options) => {
      const fitted = fitOptions({...options, temperature: options.temperature || 1}, logits.length);
      const d = distribution(logits, fitted);
      const {kept: before} = distribution(logits, {...fitted, minP: 0});
      const least = fitted.minP! * d.tempered[d.ids[0]!]!;
      const reaching = [...d.ids].slice(0, before).filter((id) => d.tempered[id]! >= least);
      expect([...d.ids].slice(0, d.kept)).toEqual(reaching);
    }),
    {seed: 1}
  );
});

test("the top-p set is the smallest that holds topP", () => {
  fc.assert(
    fc.property(anyLogits, fc.double({min: 0.01, max: 0.999, noNaN: true}), (logits, topP) => {
      const d = distribution(logits, {...PLAIN, topP});
      const mass = (n: number) => sum([...d.ids].slice(0, n).map((id) => d.tempered[id]!));
      expect(mass(d.kept)).toBeGreaterThan(topP - 1e-9);
      if (d.kept > 1) expect(mass(d.kept - 1)).toBeLessThan(topP + 1e-9);
    }),
    {seed: 1}
  );
});

describe("refused with a sentence", () => {
  test.each([
    [{temperature: -1}, "The temperature is -1"],
    [{temperature: Number.NaN}, "The temperature is NaN"],
    [{temperature: Number.POSITIVE_INFINITY}, "The temperature is Infinity"],
    [{topK: 1.5}, "Top-k is 1.5"],
    [{topK: -1}, "Top-k is -1"],
    [
      {topK: 3},
      "Top-k is 3; it must be a whole number of tokens up to the vocabulary's 2, or 0 to keep all."
    ],
    [{topP: 0}, "Top-p is 0"],
    [{topP: 1.1}, "Top-p is 1.1"],
    [{topP: Number.NaN}, "Top-p is NaN"],
    [{minP: -0.1}, "Min-p is -0.1"],
    [{minP: 1.1}, "Min-p is 1.1; it must be a share from 0 (keep all) to 1 (keep only the best)."],
    [{minP: Number.NaN}, "Min-p is NaN"]
  ])("%o", (change, sentence) => {
    expect(() => distribution(Float32Array.of(1, 2), {...PLAIN, ...change})).toThrow(RangeError);
    expect(() => distribution(Float32Array.of(1, 2), {...PLAIN, ...change})).toThrow(sentence);
  });

  test("but a top-k of a larger vocabulary can be made to fit", () => {
    expect(fitOptions({...PLAIN, topK: 5}, 5)).toEqual(PLAIN);
    expect(fitOptions({...PLAIN, topK: 4}, 5).topK).toBe(4);
    expect(fitOptions({...PLAIN, topK: 0}, 5).topK).toBe(0);
  });

  test("scores that are not finite, and none at all", () => {
    expect(() => rank(Float32Array.of(0, Number.NaN))).toThrow("The score of token 1 is NaN");
    expect(() => rank(Float32Array.of(Number.NEGATIVE_INFINITY))).toThrow("-Infinity");
    expect(() => rank(new Float32Array(0))).toThrow("0 scores");
  });
});
