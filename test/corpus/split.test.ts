import {expect, it} from "vitest";
import {splitTokens} from "../../src/components/corpus/split.js";

it("cuts where nanoGPT cuts: 90 % rounded down, nothing lost", () => {
  const tokens = Uint16Array.from({length: 1_115_394}, (_, i) => i % 65);
  const {train, val} = splitTokens(tokens);
  expect([train.length, val.length]).toEqual([1_003_854, 111_540]);
  expect(val[0]).toBe(tokens[1_003_854]);
});
