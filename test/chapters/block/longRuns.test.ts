import {readFile} from "node:fs/promises";
import {expect, it} from "vitest";
import {combinations, gradientInterval, isSame, LONG} from "../../../src/components/chapters/block/bench.js";
import {readRun} from "../../../src/components/chapters/block/gradientTable.js";
import {finalLosses, type LongRecording} from "../../../src/components/chapters/block/longRuns.js";

it("is recorded for every combination with LayerNorm, as the figure would run it", async () => {
  const recording: LongRecording = JSON.parse(await readFile("src/data/block-runs.json", "utf8"));
  expect(recording.version).toBe(1);
  const all = combinations("layerNorm");
  expect(recording.runs).toHaveLength(all.length);
  for (const [i, run] of recording.runs.entries()) {
    expect(isSame(run.combination, all[i]!)).toBe(true);
    expect(run.bench).toEqual(LONG);
    expect(run.losses).toHaveLength(LONG.steps);
    expect(run.measured.slice(0, 2)).toEqual([0, gradientInterval(LONG.steps)]);
    expect(readRun(run, LONG.steps)!.first).toBeGreaterThan(0);
    expect(run.profiles.every((profile) => profile.length === LONG.nLayer)).toBe(true);
  }
  const losses = Object.values(finalLosses(recording));
  expect(losses.every((loss) => loss > 1 && loss < 4)).toBe(true);
});
