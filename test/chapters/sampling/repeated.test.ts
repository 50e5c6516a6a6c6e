import {expect, test} from "vitest";
import {measureRepetition, textParts} from "../../../src/components/chapters/sampling/repeated.js";
import {saidBefore, wordPlaces} from "../../../src/components/evaluation/repetition.js";
import {samplingPage} from "./pages.js";

test("marks the second time of a run, not the first, and no shorter one", () => {
  expect(saidBefore([..."abcdabcx"], 3)).toEqual([0, 0, 0, 0, 1, 1, 1, 0].map(Boolean));
  expect(saidBefore([..."aaaa"], 2)).toEqual([false, true, true, true]);
  expect(saidBefore([..."ab"], 3)).toEqual([false, false]);
});

test("says where words begin", () => {
  expect(wordPlaces("He’s in. ")).toEqual([
    {word: "He’s", start: 0},
    {word: "in", start: 5},
    {word: ".", start: 7}
  ]);
});

test("measures what was said before and what is its own", () => {
  const [greedy, warm] = samplingPage.written;
  const measured = measureRepetition(greedy!.text, greedy!.strange);
  expect(measured).toEqual({said: 0.5, distinct3: 9 / 16, longest: 9, strange: 0});
  const other = measureRepetition(warm!.text, warm!.strange);
  expect(other).toMatchObject({said: 0, distinct3: 1, longest: 0, strange: 1 / 19});
});

test("parts are the text again, each of its kind", () => {
  const text = "a b c d e f g h! a b c d e f g h, zork";
  const parts = textParts(text, ["zork"]);
  expect(parts.map((part) => part.text).join("")).toBe(text);
  expect(parts).toEqual([
    {text: "a b c d e f g h! ", kind: "new"},
    {text: "a b c d e f g h", kind: "said"},
    {text: ", ", kind: "new"},
    {text: "zork", kind: "strange"}
  ]);
});
