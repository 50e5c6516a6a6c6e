import fc from "fast-check";
import {expect, test} from "vitest";
import {
  filterInOrder,
  SITE_ORDER,
  type Step,
  TEMPERATURE_LAST
} from "../../../src/components/chapters/sampling/filterOrder.js";
import {distribution, fitOptions, PLAIN} from "../../../src/components/generation/distribution.js";

const logitsOf = (...p: number[]) => Float32Array.from(p, Math.log);
const anyLogits = fc
  .array(fc.float({min: -30, max: 30, noNaN: true}), {minLength: 1, maxLength: 40})
  .map((values) => Float32Array.from(values));
const anyOptions = fc.record({
  temperature: fc.oneof(fc.constant(0), fc.double({min: 0.05, max: 4, noNaN: true})),
  topK: fc.oneof(fc.constant(null), fc.nat(40)),
  topP: fc.oneof(fc.constant(1), fc.double({min: 0.01, max: 1, noNaN: true})),
  minP: fc.oneof(fc.constant(0), fc.double({min: 0, max: 1, noNaN: true}))
});

test("in this site's order it is the distribution that everything draws from", () => {
  fc.assert(
    fc.property(anyLogits, anyOptions, (logits, options) => {
      const fitted = fitOptions(options, logits.length);
      const found = filterInOrder(logits, fitted);
      const expected = distribution(logits, fitted);
      expect(found.kept).toBe(expected.kept);
      expect(found.probabilities).toEqual(expected.probabilities);
      expect(found.stages.at(-1)!.entropy).toBeCloseTo(expected.entropy.after, 12);
      expect(found.stages.reduce((sum, {removed}) => sum + removed, 0)).toBeCloseTo(expected.removedMass, 12);
    }),
    {seed: 1}
  );
});

test("every order keeps a beginning of one ranking, and never more than the step before", () => {
  const orders = fc.shuffledSubarray([...SITE_ORDER], {minLength: 4}) as fc.Arbitrary<Step[]>;
  fc.assert(
    fc.property(anyLogits, anyOptions, orders, (logits, options, order) => {
      const {stages, probabilities, ids, kept} = filterInOrder(
        logits,
        fitOptions(options, logits.length),
        order
      );
      expect(stages.map(({step}) => step)).toEqual(order);
      let before = logits.length;
      for (const stage of stages) {
        expect(stage.kept).toBeLessThanOrEqual(before);
        before = stage.kept;
      }
      expect(before).toBe(kept);
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
      ids.forEach((id, i) => {
        if (i >= kept) expect(probabilities[id]).toBe(0);
      });
    }),
    {seed: 1}
  );
});

test("a temperature first moves mass into the tail, and top-p then keeps more", () => {
  const logits = logitsOf(0.6, 0.25, 0.1, 0.05);
  const options = {...PLAIN, temperature: 2, topP: 0.84};
  // Own mass: 0.6 + 0.25 ≥ 0.84. Roots: 0.775, 0.5, 0.316, 0.224 of 1.814, of which three are needed.
  expect(filterInOrder(logits, options, SITE_ORDER).kept).toBe(3);
  const last = filterInOrder(logits, options, TEMPERATURE_LAST);
  expect(last.kept).toBe(2);
  expect(last.probabilities[0]! / last.probabilities[1]!).toBeCloseTo(Math.sqrt(0.6 / 0.25), 6);
});

test("top-p takes its share of what top-k left, or of everything", () => {
  const logits = logitsOf(0.4, 0.3, 0.2, 0.1);
  const options = {...PLAIN, topK: 3, topP: 0.72};
  expect(filterInOrder(logits, options, ["temperature", "topK", "topP", "minP"]).kept).toBe(2);
  expect(filterInOrder(logits, options, ["temperature", "topP", "topK", "minP"]).kept).toBe(3);
});

test("greedy anywhere leaves the best, and impossible settings have their sentence", () => {
  const logits = logitsOf(0.4, 0.3, 0.3);
  for (const order of [SITE_ORDER, TEMPERATURE_LAST])
    expect([...filterInOrder(logits, {...PLAIN, temperature: 0}, order).probabilities]).toEqual([1, 0, 0]);
  expect(() => filterInOrder(logits, {...PLAIN, topK: 4})).toThrow("Top-k is 4");
});
