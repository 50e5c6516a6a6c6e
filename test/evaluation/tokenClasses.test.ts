import {expect, test} from "vitest";
import {cutText} from "../../src/components/evaluation/cutText.js";
import {
  classifyTokens,
  lossByClass,
  TOKEN_CLASSES,
  type TokenClass
} from "../../src/components/evaluation/tokenClasses.js";
import {characterTokenizer} from "../../src/components/text/characterTokenizer.js";
import type {Tokenizer} from "../../src/components/text/tokenizer.js";
import {trainTokenizer} from "../../src/components/text/trainTokenizer.js";

function classes(text: string, tokenizer: Tokenizer): [string, TokenClass][] {
  const cut = cutText(text, tokenizer);
  return Array.from(classifyTokens(cut), (number, i) => [cut.texts[i]!, TOKEN_CLASSES[number]!]);
}
const alphabet = (text: string) => characterTokenizer([...new Set(text)]);

test("characters", () => {
  const text = "It’s 12,\n\nÉva's “hat”.";
  const letters: Record<string, TokenClass> = {
    s: "wordStart",
    i: "wordInside",
    c: "capital",
    d: "digit",
    p: "punctuation",
    _: "space",
    n: "newline"
  };
  expect(classes(text, alphabet(text)).map(([, name]) => name)).toEqual(
    // I t ’ s _ 1 2 , n n É v a ' s _ “ h a t ” .
    [..."cipi_ddpnnciipi_psiipp"].map((letter) => letters[letter])
  );
});

test("a quotation mark that no letter stands before does not go on with a word", () => {
  expect(classes("'so'", alphabet("'so")).map(([, name]) => name)).toEqual([
    "punctuation",
    "wordStart",
    "wordInside",
    "punctuation"
  ]);
});

test("byte pairs go by their first character that shows; a part of a character is a fragment", () => {
  const tokenizer = trainTokenizer("the cat the hat ".repeat(9), {kind: "byte-pair", vocabularySize: 266});
  const found = classes("the hat\n 中", tokenizer);
  for (const [text, name] of found)
    if (text.startsWith("<0x")) expect(name).toBe("fragment");
    else if (/^\s*\n\s*$/.test(text)) expect(name).toBe("newline");
    else if (/^ +$/.test(text)) expect(name).toBe("space");
    else if (text.startsWith(" ")) expect(name).toBe("wordStart");
  expect(found.filter(([, name]) => name === "fragment")).toHaveLength(3);
  expect(found.some(([text, name]) => text.trim() !== "" && name === "wordStart")).toBe(true);
});

test("losses add up by class; what was not predicted is in none", () => {
  const text = "Ab a";
  const cut = cutText(text, alphabet(text));
  const nats = Float64Array.of(Number.NaN, 1, 2, 4);
  expect(lossByClass(nats, classifyTokens(cut), cut.characters)).toEqual([
    {name: "space", tokens: 1, characters: 1, nats: 2},
    {name: "wordStart", tokens: 1, characters: 1, nats: 4},
    {name: "wordInside", tokens: 1, characters: 1, nats: 1}
  ]);
});
