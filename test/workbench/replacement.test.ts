import {expect, it} from "vitest";
import type {CheckpointFacts} from "../../src/components/training/keptCheckpoints.js";
import {replacement} from "../../src/components/workbench/replacement.js";
import {idle, type RunState} from "../../src/components/workbench/runState.js";

const facts: CheckpointFacts = {
  runId: "a",
  step: 5,
  kind: "asked",
  validationLoss: null,
  bytes: 1_500_000,
  keptAt: 0
};
const run = {...idle, run: {}} as unknown as RunState;

it("asks for nothing where nothing would be lost", () => {
  expect(replacement({...idle, step: 5})).toBeNull();
  expect(replacement(run)).toBeNull();
});

it("names what goes: the model, and the checkpoints with their size", () => {
  expect(replacement({...run, step: 1200})).toBe(
    "This replaces your run of 1,200 steps: its curve stays to be compared, its model goes. Export or download first what you want to keep."
  );
  expect(replacement({...run, step: 12, checkpoints: [facts, facts]})).toContain(
    "its model and its 2 checkpoints (3.0 MB) go."
  );
  // At the beginning again, but with states to go back to.
  expect(replacement({...run, checkpoints: [facts]})).toContain("its 1 checkpoint (1.5 MB)");
});
