import {expect, it} from "vitest";
import {countBertWords, forEachBertWord} from "../../src/components/text/bertWords.js";

it.each<[string, string[]]>([
  ["", []],
  [" \n\t\u00A0\u0085", []],
  ["Don't stop, me!", ["Don", "'", "t", "stop", ",", "me", "!"]],
  ["a+b=c_d 3.5€", ["a", "+", "b", "=", "c", "_", "d", "3", ".", "5€"]],
  ["¿Qué? «naïve»", ["¿", "Qué", "?", "«", "naïve", "»"]],
  ["日本語。😀😀", ["日本語", "。", "😀😀"]]
])("splits %j as BERT does", (text, expected) => {
  const words: string[] = [];
  forEachBertWord(text, (word, start) => {
    words.push(word);
    expect(text.startsWith(word, start)).toBe(true);
  });
  expect(words).toEqual(expected);
});

it("counts words in order of first appearance", () => {
  expect([...countBertWords("the cat, the hat")]).toEqual([
    ["the", 2],
    ["cat", 1],
    [",", 1],
    ["hat", 1]
  ]);
});

it("cuts words of more than 100,000 characters", () => {
  expect([...countBertWords("日".repeat(3_000_000))].map(([word, count]) => [word.length, count])).toEqual([
    [100_000, 30]
  ]);
});
