import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {copiedShare, copiedUnits, findCopies} from "../../src/components/evaluation/copies.js";
import {createRandom} from "../../src/components/random.js";

/** For each end of the sample, the longest run that stands in the text, found by looking for all. */
function naive(sample: string, training: string): number[] {
  return Array.from(sample, (_, i) => {
    for (let start = 0; start <= i; start++)
      if (training.includes(sample.slice(start, i + 1))) return i + 1 - start;
    return 0;
  });
}

test("finds what a search for every substring finds", () => {
  const text = fc.string({unit: fc.constantFrom("a", "b", "c"), maxLength: 40});
  fc.assert(
    fc.property(text, text, (sample, training) => {
      const {longest, lengths, meanLength} = findCopies(sample, training);
      const expected = naive(sample, training);
      expect([...lengths]).toEqual(expected);
      expect(longest.length).toBe(Math.max(0, ...expected));
      const copied = sample.slice(longest.start, longest.start + longest.length);
      expect(training.slice(longest.trainingStart, longest.trainingStart + longest.length)).toBe(copied);
      if (sample !== "") expect(meanLength).toBeCloseTo(expected.reduce((a, b) => a + b) / sample.length, 9);
    }),
    {numRuns: 400}
  );
});

describe("the share in long copies", () => {
  test("marks each unit of a long copy, and none of a short one", () => {
    expect([...copiedUnits({lengths: Uint32Array.of(0, 1, 2, 3, 3, 0, 1, 2)}, 3)]).toEqual([
      0, 1, 1, 1, 1, 0, 0, 0
    ]);
    expect([...copiedUnits(findCopies("xabcy", "abc"), 3)]).toEqual([0, 1, 1, 1, 0]);
  });

  test("counts each unit of overlapping copies once", () => {
    //                        x  a  b  c  d  y  (abc copied, bcd copied)
    expect(copiedShare({lengths: Uint32Array.of(0, 1, 2, 3, 3, 0)}, 3)).toBeCloseTo(4 / 6, 12);
    expect(copiedShare({lengths: Uint32Array.of(0, 1, 2, 3, 3, 0)}, 4)).toBe(0);
    expect(copiedShare({lengths: new Uint32Array()}, 1)).toBe(0);
  });

  test("is 1 for a text of the training text", () => {
    expect(copiedShare(findCopies("abcdef", "xxabcdefyy"), 6)).toBe(1);
  });
});

test("reads a megabyte for ten thousand characters in well under a second or two", () => {
  const random = createRandom(1);
  const write = (length: number) =>
    Array.from({length}, () => "abcdefghijklmnop"[Math.min(random.integer(16), random.integer(16))]!).join(
      ""
    );
  const training = write(1_000_000);
  const planted = training.slice(345_678, 346_178);
  const sample = write(4000) + planted + write(5500);
  const start = performance.now();
  const {longest} = findCopies(sample, training);
  expect(performance.now() - start).toBeLessThan(5000); // generous: the machine is shared
  expect(longest.length).toBeGreaterThanOrEqual(500);
  expect(longest.start).toBeLessThanOrEqual(4000);
});
