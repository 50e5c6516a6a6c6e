import {expect, it} from "vitest";
import {blankLine} from "../../src/components/text/blankLine.js";
import {characterTokenizer} from "../../src/components/text/characterTokenizer.js";
import {wordPieceTokenizer} from "../../src/components/text/wordPieceTokenizer.js";

it("is two ends of a line, or of a sentence where a tokenizer knows no lines", () => {
  const characters = characterTokenizer([..."a.\n"]);
  expect(characters.decode(blankLine(characters))).toBe("\n\n");
  const pieces = wordPieceTokenizer(["a", "."]);
  expect(pieces.decode(blankLine(pieces))).toBe(".");
});

it("is some token even in a text of letters alone", () => {
  expect(blankLine(characterTokenizer([..."ab"]))).toEqual([0]);
});
