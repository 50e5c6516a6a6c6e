import fc from "fast-check";
import {expect, it} from "vitest";
import {splitText} from "../../src/components/corpus/split.js";

it("cuts where nanoGPT cuts: 90 % rounded down, nothing lost", () => {
  const text = "0123456789abc".repeat(85_800);
  const {train, val} = splitText(text.slice(0, 1_115_394));
  expect([train.length, val.length]).toEqual([1_003_854, 111_540]);
  expect(val[0]).toBe(text[1_003_854]);
});

it("counts characters and cuts none in two", () => {
  fc.assert(
    fc.property(fc.string({unit: fc.constantFrom("a", "é", "😀", "日")}), (text) => {
      const {train, val} = splitText(text);
      expect(train + val).toBe(text);
      expect([...train]).toHaveLength(Math.floor([...text].length * 0.9));
      expect(`${train}${val}`).not.toMatch(/\p{Surrogate}/u);
      expect(train).not.toMatch(/\p{Surrogate}/u);
    })
  );
});
