import {expect, it} from "vitest";
import {
  type CheckpointFacts,
  type CheckpointKind,
  inOrder,
  KEPT_INTERVALS,
  makeRoom
} from "../../src/components/training/keptCheckpoints.js";

const facts = (
  kind: CheckpointKind,
  step: number,
  validationLoss: number | null = null
): CheckpointFacts => ({
  runId: "a",
  step,
  kind,
  validationLoss,
  bytes: 10,
  keptAt: 1000 + step
});

it("keeps the newest checkpoints of every n steps, by when they were kept", () => {
  const full = Array.from({length: KEPT_INTERVALS}, (_, i) => facts("interval", 10 * (i + 1)));
  expect(makeRoom(full.slice(1), facts("interval", 60))).toEqual({isKept: true, dropped: []});
  expect(makeRoom(full, facts("interval", 60)).dropped).toEqual([full[0]]);
  // After going back, an early step is kept later than the others; the same step takes its own place.
  const again = {...facts("interval", 10), keptAt: 9999};
  expect(makeRoom([...full.slice(1), again], facts("interval", 60)).dropped).toEqual([full[1]]);
  expect(makeRoom(full, facts("interval", 30))).toEqual({isKept: true, dropped: []});
});

it("keeps one best checkpoint, and only a better one replaces it", () => {
  const best = facts("best", 20, 2);
  const others = [facts("asked", 5, 1), facts("interval", 30, 1.5)];
  expect(makeRoom(others, best)).toEqual({isKept: true, dropped: []});
  expect(makeRoom([...others, best], facts("best", 40, 1.9))).toEqual({isKept: true, dropped: [best]});
  expect(makeRoom([best], facts("best", 40, 2))).toEqual({isKept: false, dropped: []});
  expect(makeRoom([best], facts("best", 10, 2.5))).toEqual({isKept: false, dropped: []});
});

it("lets what the reader caused be", () => {
  const many = Array.from({length: 30}, (_, i) => facts(i % 2 ? "asked" : "left", i));
  for (const kind of ["asked", "left", "interval", "best"] as const)
    expect(makeRoom(many, facts(kind, 99, 1))).toEqual({isKept: true, dropped: []});
});

it("shows them by step", () => {
  const list = [facts("best", 30), facts("asked", 10), {...facts("left", 30), keptAt: 5}];
  expect(inOrder(list)).toEqual([list[1], list[2], list[0]]);
});
