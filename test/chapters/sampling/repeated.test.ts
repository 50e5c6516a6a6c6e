import {expect, test} from "vitest";
import {measureRepetition, spreadOf, textParts} from "../../../src/components/chapters/sampling/repeated.js";
import {repetitionChart} from "../../../src/components/chapters/sampling/repetitionChart.js";
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

test("a spread is the mean and the range", () => {
  const {measured} = samplingPage.written[1]!;
  expect(spreadOf(measured, ({said}) => said)).toEqual({mean: 0.125, least: 0, most: 0.25});
});

test("the chart joins means, and draws a stroke where texts differ", () => {
  const {lines, dots, y, reading} = repetitionChart(samplingPage)(1);
  expect(lines.slice(0, 2).map(({points}) => points.map(([, value]) => Number(value.toFixed(2))))).toEqual([
    [50, 12.5],
    [0, 10.53]
  ]);
  expect(lines[2]!.points.map(([, value]) => Number(value.toFixed(2)))).toEqual([15, 15]);
  expect(lines.slice(3).map(({points}) => points.map(([, value]) => Number(value.toFixed(2))))).toEqual([
    [0, 25],
    [5.26, 15.79]
  ]);
  expect(dots!.map(({x, y}) => [x, Number(y.toFixed(2))])).toEqual([
    [1, 12.5],
    [1, 10.53]
  ]);
  expect(y.max).toBe(50);
  expect(reading).toContain("Lines join the means of 2 texts of each temperature");
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
