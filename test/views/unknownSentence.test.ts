import {expect, test} from "vitest";
import {unknownUnits} from "../../src/components/corpus/unknownUnits.js";
import {wordPieceTokenizer} from "../../src/components/text/wordPieceTokenizer.js";
import {unknownSentence} from "../../src/components/views/unknownSentence.js";

const {encode} = wordPieceTokenizer(["a", "##b"]);
const said = (text: string) => unknownSentence("This model", unknownUnits([encode(text).unknown]), "word");

test("words that cannot be spelt are named, and what stands for them", () => {
  expect(said("a ab")).toBeNull();
  expect(said("a dog")).toBe("This model cannot spell ‘dog’: [UNK] stands in its place.");
  expect(said("dog 😀 dog")).toBe(
    "This model cannot spell ‘dog’ (2 times) and ‘😀’: [UNK] stands in their place."
  );
});

test("many kinds are counted, and a long word is cut", () => {
  const words = Array.from({length: 30}, (_, i) => `x${i}`).join(" ");
  expect(said(words)).toMatch(/^This model cannot spell ‘x0’, .*‘x7’ and 22 other words:/);
  expect(said("z".repeat(5000))!.length).toBeLessThan(100);
});
