import {expect, it} from "vitest";
import {firstLesson, firstLessons} from "../../../src/components/chapters/home/firstLessons.js";

const checkpoints = [4.1, 3.5, 2.9, 2.4, 1.2].map((roundedLoss, i) => ({step: 10 * i, roundedLoss}));

it("finds when a run did better than counting", () => {
  const counted = {single: 3.11, pairs: 2.3};
  const said = firstLessons(checkpoints, counted, "character");
  expect(said).toContain(
    "has a loss of 3.11 nats. At the checkpoint after 20 steps the model was below that."
  );
  expect(said).toContain("has 2.30; it was below that after 40 steps.");
  expect(firstLesson(checkpoints, counted)).toBe(2);
});

it("says no more than is known", () => {
  expect(firstLessons(checkpoints, null, "token")).not.toMatch(/\d/);
  expect(firstLesson(checkpoints, null)).toBe(0);
  const hard = {single: 1, pairs: 0.5};
  expect(firstLessons(checkpoints, hard, "token")).not.toContain("below");
  expect(firstLesson(checkpoints, hard)).toBe(0);
  expect(firstLessons(checkpoints, {single: 3, pairs: 0.5}, "token")).not.toContain("before has");
});
