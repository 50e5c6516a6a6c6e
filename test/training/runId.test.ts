import {expect, test} from "vitest";
import {newRunId, startOf} from "../../src/components/training/runId.js";
import {tinyCorpus} from "./corpus.js";

test("a run's name says when it began, whatever its seed", () => {
  for (const now of [0, 1_790_000_000_123]) {
    const id = newRunId(tinyCorpus().meta, 2 ** 32 - 1, now);
    expect(startOf(id)).toBe(now);
  }
  expect(newRunId(tinyCorpus().meta, 5, 35)).toBe("00000000-5-z");
});

test("other names say nothing", () => {
  for (const name of ["", "first", "run 1 <b>", "00000000-5-", "00000000-5-zz-z"])
    expect(startOf(name)).toBeNull();
});
