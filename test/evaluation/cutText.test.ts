import {describe, expect, test} from "vitest";
import {cutText} from "../../src/components/evaluation/cutText.js";
import {TOKEN_OF_BYTE} from "../../src/components/text/byteAlphabet.js";
import {bytePairTokenizer} from "../../src/components/text/bytePairTokenizer.js";
import {characterLength} from "../../src/components/text/characterLength.js";
import {characterTokenizer} from "../../src/components/text/characterTokenizer.js";
import {trainTokenizer} from "../../src/components/text/trainTokenizer.js";
import {wordPieceTokenizer} from "../../src/components/text/wordPieceTokenizer.js";

const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

test("characters: one a token, what is unknown left out and not counted", () => {
  const cut = cutText("aXb😀", characterTokenizer(["a", "b", "😀"]));
  expect(cut.texts).toEqual(["a", "b", "😀"]);
  expect([...cut.characters]).toEqual([1, 1, 1]);
  expect(cut.sources).toEqual([null, null, null]);
  expect(cut.unknown).toMatchObject([{character: "X"}]);
});

describe("byte pairs", () => {
  const learnt = trainTokenizer("the cat, the hat ".repeat(4), {kind: "byte-pair", vocabularySize: 262});

  test("the characters of every token add up to those of the text", () => {
    for (const text of ["the cat\n\nthe hat", "中文 — the 😀 hat", "é\u0301", ""]) {
      const {texts, characters, ids} = cutText(text, learnt);
      expect(sum(characters)).toBeCloseTo(characterLength(text), 9);
      expect([texts.length, characters.length]).toEqual([ids.length, ids.length]);
    }
  });

  test("a character of several tokens is shared by its bytes, and each says what it is part of", () => {
    const {texts, characters, sources} = cutText("a😀é", learnt);
    expect(texts).toEqual(["a", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>", "<0xC3>", "<0xA9>"]);
    expect([...characters]).toEqual([1, 0.25, 0.25, 0.25, 0.25, 0.5, 0.5]);
    expect(sources).toEqual([null, "😀", "😀", "😀", "😀", "é", "é"]);
  });

  test("a token may end within a character and the next may finish it", () => {
    const [space, first] = [TOKEN_OF_BYTE[0x20]!, TOKEN_OF_BYTE[0xe2]!];
    const {texts, characters, sources} = cutText("x —", bytePairTokenizer([{left: space, right: first}]));
    expect(texts).toEqual(["x", "<0x20><0xE2>", "<0x80>", "<0x94>"]);
    expect(sources).toEqual([null, " —", "—", "—"]);
    expect(characters[1]).toBeCloseTo(1 + 1 / 3, 12);
  });

  test("text that is spelt like a byte is text, and half a surrogate pair is in no token", () => {
    const {texts, characters, sources} = cutText("<0xE2>\ud83da", learnt);
    expect(texts.join("")).toBe("<0xE2>a");
    expect(sources.every((source) => source === null)).toBe(true);
    expect(sum(characters)).toBe(7);
  });
});

test("word pieces: white space goes with the token before, and [UNK] stands for a word", () => {
  const tokenizer = wordPieceTokenizer(["the", "cat", "##s", ",", "[", "]"]);
  const {texts, characters, sources} = cutText(" the cats,\n\nthe dog 😀 [", tokenizer);
  expect(texts).toEqual(["the ", "cat", "s", ",\n\n", "the ", "[UNK] ", "[UNK] ", "["]);
  expect(sources).toEqual([null, null, null, null, null, "dog", "😀", null]);
  expect([...characters]).toEqual([4, 3, 1, 3, 4, 4, 2, 1]);
});
