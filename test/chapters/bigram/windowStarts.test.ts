import {expect, it} from "vitest";
import {coverage, windowStarts} from "../../../src/components/chapters/bigram/windowStarts.js";
import {sampleBatch} from "../../../src/components/corpus/batches.js";
import {createRandom} from "../../../src/components/random.js";

it("begins where the windows of sampleBatch begin", () => {
  const tokens = Uint16Array.from({length: 50}, (_, i) => i);
  const shape = {batchSize: 6, blockSize: 9};
  for (const seed of [1, 2, 3]) {
    const {inputs} = sampleBatch(tokens, shape, createRandom(seed));
    const first = Array.from({length: 6}, (_, row) => inputs[row * 9]);
    expect(windowStarts(50, shape, createRandom(seed))).toEqual(first);
  }
});

it("counts the windows over each token", () => {
  expect(coverage(6, [1, 2], 3)).toEqual([0, 1, 2, 2, 1, 0]);
});
