import fc from "fast-check";
import {expect, test} from "vitest";
import {disjointWindows} from "../../src/components/corpus/batches.js";
import {stridedWindows} from "../../src/components/evaluation/stridedWindows.js";

test("predicts each token but the first exactly once, from as much as the stride allows", () => {
  fc.assert(
    fc.property(
      fc.integer({min: 2, max: 80}),
      fc.integer({min: 1, max: 20}),
      fc.integer({min: 1, max: 20}),
      (tokens, blockSize, wanted) => {
        const stride = Math.min(wanted, blockSize);
        const predicted: number[] = [];
        for (const {start, end, from} of stridedWindows(tokens, {blockSize, stride})) {
          expect(end - start).toBeLessThanOrEqual(blockSize);
          expect(end).toBeLessThan(tokens);
          for (let token = from; token <= end; token++) {
            predicted.push(token);
            const seen = token - start;
            expect(seen).toBeGreaterThanOrEqual(Math.min(token, blockSize - stride + 1));
          }
        }
        expect(predicted).toEqual(Array.from({length: tokens - 1}, (_, i) => i + 1));
      }
    )
  );
});

test("with the stride of a whole context are the disjoint windows", () => {
  const tokens = Uint16Array.from({length: 43}, (_, i) => i);
  const windows = stridedWindows(43, {blockSize: 8, stride: 8});
  expect(windows.map(({start, end}) => [...tokens.subarray(start, end)])).toEqual(
    disjointWindows(tokens, 8).map(({inputs}) => [...inputs])
  );
});

test("refuses a stride outside the context and a text with nothing to predict", () => {
  for (const stride of [0, 9, 1.5, Number.NaN])
    expect(() => stridedWindows(20, {blockSize: 8, stride})).toThrow(
      `The stride is ${stride}; it must be a whole number of tokens from 1 to the model's context, 8.`
    );
  expect(() => stridedWindows(1, {blockSize: 8, stride: 1})).toThrow("The text has 1 tokens");
});
