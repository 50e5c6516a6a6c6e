import {expect, it} from "vitest";
import {forcingRows, meanLoss} from "../../../src/components/chapters/bigram/forcingRows.js";
import {readWindow, tableScores, writeText} from "../../../src/components/chapters/bigram/readText.js";

/** 0 → 1 → 2 → 0, nearly always. */
const cycle = tableScores([0.01, 0.98, 0.01, 0.01, 0.01, 0.98, 0.98, 0.01, 0.01], 3);

it("reads a window fed with the text, and fed with its own guesses", async () => {
  const seen: number[][] = [];
  const {forced, free} = await readWindow(
    (ids) => {
      seen.push([...ids]);
      return cycle(ids);
    },
    [0, 2, 0, 1],
    {seed: 1}
  );
  expect(seen.slice(0, 3)).toEqual([[0], [0, 2], [0, 2, 0]]);
  expect(forced.map(({probability}) => Number(probability.toFixed(4)))).toEqual([0.01, 0.98, 0.98]);
  expect(forced.map(({guess}) => guess)).toEqual([1, 0, 1]);
  expect(seen.slice(3)).toEqual([[0], [0, 1], [0, 1, 2]]);
  expect(free.map(({guess}) => guess)).toEqual([1, 2, 0]);
  expect(free.map(({probability}) => Number(probability.toFixed(4)))).toEqual([0.01, 0.01, 0.01]);

  const letters = ["a", "b", "c"];
  const text = ["a", "c", "a", "b"];
  const told = forcingRows(text, letters, forced, true);
  expect(told.map(({seen}) => seen.join(""))).toEqual(["a", "ac", "aca"]);
  expect(told.some(({hasStrayed}) => hasStrayed)).toBe(false);
  expect(meanLoss(told)).toBeCloseTo(-(Math.log(0.01) + 2 * Math.log(0.98)) / 3, 5);
  const own = forcingRows(text, letters, free, false);
  expect(own.map(({seen, target}) => `${seen.join("")}>${target}`)).toEqual(["a>c", "ab>a", "abc>b"]);
  expect(own.map(({hasStrayed}) => hasStrayed)).toEqual([false, true, true]);
});

it("writes from a prompt, the same for the same seed", async () => {
  const ids = await writeText(cycle, [1], {seed: 1, steps: 5});
  expect(ids).toEqual([1, 2, 0, 1, 2, 0]);
  expect(await writeText(cycle, [1], {seed: 1, steps: 5})).toEqual(ids);
});
