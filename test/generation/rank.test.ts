import fc from "fast-check";
import {expect, test} from "vitest";
import {rank} from "../../src/components/generation/rank.js";

/** By comparing, as the definition says. */
const compared = (logits: Float32Array) =>
  Uint16Array.from(logits.keys()).sort((a, b) => logits[b]! - logits[a]! || a - b);

test("wide vocabularies are ranked as narrow ones are, equals and zeros of either sign included", () => {
  const score = fc.oneof(
    fc.float({noNaN: true, noDefaultInfinity: true}),
    fc.constantFrom(0, -0, 1, -1, 1e-45, -1e-45, 3.4e38, -3.4e38)
  );
  fc.assert(
    fc.property(
      fc.array(score, {minLength: 1, maxLength: 40}),
      fc.integer({min: 1, max: 5000}),
      (some, length) => {
        const logits = Float32Array.from({length}, (_, i) => some[(i * i) % some.length]!);
        expect(rank(logits)).toEqual(compared(logits));
      }
    ),
    {seed: 2, numRuns: 60}
  );
});

test("GPT-2's vocabulary is ranked several times as fast as by comparing", () => {
  const logits = Float32Array.from({length: 50_257}, (_, i) => Math.sin(i * i));
  expect(rank(logits)).toEqual(compared(logits));
  const time = (work: () => void) => {
    const start = performance.now();
    for (let i = 0; i < 10; i++) work();
    return performance.now() - start;
  };
  expect(time(() => rank(logits))).toBeLessThan(time(() => compared(logits)) / 3);
});

test("what is no score is refused", () => {
  expect(() => rank(new Float32Array())).toThrow("There are 0 scores");
  expect(() => rank(new Float32Array(2000).fill(Number.NaN, 7, 8))).toThrow("The score of token 7 is NaN");
});
