import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {disjointWindows, fixedWindows, sampleBatch} from "../../src/components/corpus/batches.js";
import {createRandom} from "../../src/components/random.js";

/** Tokens that are their own positions, so that a window shows where it was cut. */
const positions = (length: number) => Uint16Array.from({length}, (_, i) => i);

describe("sampleBatch", () => {
  it("cuts contiguous windows whose targets are one token later", () => {
    fc.assert(
      fc.property(
        fc.integer({min: 2, max: 300}),
        fc.integer({min: 1, max: 20}),
        fc.integer({min: 1, max: 8}),
        fc.integer(),
        (length, blockSize, batchSize, seed) => {
          fc.pre(length > blockSize);
          const {inputs, targets} = sampleBatch(
            positions(length),
            {batchSize, blockSize},
            createRandom(seed)
          );
          expect(inputs.length).toBe(batchSize * blockSize);
          expect(targets.length).toBe(batchSize * blockSize);
          inputs.forEach((input, i) => {
            expect(targets[i]).toBe(input + 1);
            if (i % blockSize > 0) expect(input).toBe(inputs[i - 1]! + 1);
          });
        }
      )
    );
  });

  it("can start at every place where a window fits, equally often", () => {
    const {inputs} = sampleBatch(positions(11), {batchSize: 7000, blockSize: 4}, createRandom(1));
    const starts = new Map<number, number>();
    for (let b = 0; b < 7000; b++) starts.set(inputs[4 * b]!, (starts.get(inputs[4 * b]!) ?? 0) + 1);
    expect([...starts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    // χ² with 6 degrees of freedom stays below 22.5 in 99.9 % of samples.
    expect([...starts.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0)).toBeLessThan(22.5);
  });

  it("takes a text of exactly one window and refuses a shorter one", () => {
    const shape = {batchSize: 1, blockSize: 4};
    expect([...sampleBatch(positions(5), shape, createRandom(1)).targets]).toEqual([1, 2, 3, 4]);
    expect(() => sampleBatch(positions(4), shape, createRandom(1))).toThrow(
      /has 4 tokens, but a window of 4 needs 5: use a longer text or a shorter context/
    );
  });
});

it("gives the same fixed windows for the same seed and others for another", () => {
  const shape = {batchSize: 3, blockSize: 5, batches: 4};
  const windows = fixedWindows(positions(200), {...shape, seed: 7});
  expect(windows).toHaveLength(4);
  expect(fixedWindows(positions(200), {...shape, seed: 7})).toEqual(windows);
  expect(fixedWindows(positions(200), {...shape, seed: 8})).not.toEqual(windows);
});

describe("disjointWindows", () => {
  it("predicts every token but the first exactly once, in order", () => {
    fc.assert(
      fc.property(fc.integer({min: 2, max: 200}), fc.integer({min: 1, max: 50}), (length, blockSize) => {
        const windows = disjointWindows(positions(length), blockSize);
        expect(windows.flatMap(({targets}) => [...targets])).toEqual([...positions(length)].slice(1));
        expect(windows.flatMap(({inputs}) => [...inputs])).toEqual([...positions(length)].slice(0, -1));
        for (const {inputs} of windows.slice(0, -1)) expect(inputs.length).toBe(blockSize);
      })
    );
  });

  it("refuses a text in which nothing can be predicted", () => {
    expect(() => disjointWindows(positions(1), 4)).toThrow(/at least 2/);
  });
});
