import {expect, it} from "vitest";
import {characterCounts} from "../../src/components/text/characterCounts.js";

it("counts code points in their order", () => {
  expect([...characterCounts("b😀a\uFB01b😀b")]).toEqual([
    ["a", 1],
    ["b", 3],
    ["\uFB01", 1],
    ["😀", 2]
  ]);
});

it("counts nothing in an empty text", () => {
  expect(characterCounts("").size).toBe(0);
});
