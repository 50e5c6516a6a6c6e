import {readFile} from "node:fs/promises";
import {expect, it} from "vitest";
import {readCheckpointing} from "../../../src/components/chapters/scale/checkpointingRecord.js";
import {savedByCheckpointing} from "../../../src/components/chapters/scale/keptMemory.js";
import {
  dearestPrediction,
  scaleChapter,
  scaleWords
} from "../../../src/components/chapters/scale/scaleChapter.js";
import {relativeError} from "../../../src/components/chapters/scale/scalingFit.js";
import {scalingPlan, TOKENS_PER_STEP} from "../../../src/components/chapters/scale/scalingPlan.js";
import {dearestOf, readScalingRuns} from "../../../src/components/chapters/scale/scalingRuns.js";
import {modelConfig} from "../../../src/components/model/config.js";
import {parameterCount} from "../../../src/components/model/parameters.js";
import {flops} from "../../../src/components/model/size.js";
import {formatPercent} from "../../../src/components/views/format.js";

const json = async (name: string) =>
  JSON.parse(await readFile(new URL(`../../../src/data/${name}`, import.meta.url), "utf8"));
const record = readScalingRuns(await json("scale-runs.json"));

it("recorded every run of the plan, each above the floor and below a blind guess", () => {
  const {runs, floor, lnV, corpus} = record;
  const plan = scalingPlan();
  expect(runs).toHaveLength(plan.length);
  const vocabSize = Math.round(Math.exp(lnV));
  for (const run of runs) {
    const point = plan.find(
      ({model, train}) =>
        model.nLayer === run.nLayer && model.nEmbd === run.nEmbd && train.steps === run.steps
    )!;
    expect(point.train.learningRate).toBe(run.learningRate);
    const config = {...point.model, vocabSize};
    expect(run.parameters).toBe(parameterCount(config));
    expect(run.tokens).toBe(run.steps * TOKENS_PER_STEP);
    expect(run.flops).toBe(run.steps * flops(config, {batchSize: point.train.batchSize}).total);
    expect(run.loss).toBeGreaterThan(floor);
    expect(run.loss).toBeLessThan(lnV);
  }
  expect(new Set(runs.map(({parameters}) => parameters)).size).toBeGreaterThanOrEqual(5);
  expect(corpus.trainTokens).toBeGreaterThan(5e5);
  expect(() => readScalingRuns({version: 2, runs: []})).toThrow("not version 1");
});

it("says what was fitted, and makes the prediction's answer from the runs", () => {
  const chapter = scaleChapter(record);
  expect(chapter.law.floor).toBe(record.floor);
  expect(chapter.law.residual).toBeLessThan(0.25);
  const words = scaleWords(chapter);
  const errors = record.runs.map((run) => relativeError(chapter.law, run));
  expect(words.lowest.share).toBe(formatPercent(-Math.min(...errors)));
  expect(words.highest.share).toBe(formatPercent(Math.max(...errors)));
  expect(words.lowest.what).toMatch(/parameters after .* tokens$/);
  expect(words.residual).toBe(formatPercent(Math.hypot(...errors) / Math.sqrt(errors.length)));
  // "The best and the worst of them lie below the line, most others above it."
  const byLoss = record.runs.map(({loss}, i) => ({loss, error: errors[i]!})).sort((a, b) => a.loss - b.loss);
  expect(byLoss[0]!.error).toBeLessThan(0);
  expect(byLoss.at(-1)!.error).toBeLessThan(0);
  const others = byLoss.slice(1, -1);
  expect(others.filter(({error}) => error > 0).length).toBeGreaterThan(others.length / 2);
  const {question, choices, right, because} = dearestPrediction(chapter);
  expect(question).toMatch(/^After .* tokens, models of .* parameters stand at .* nats\. Where does one of/);
  expect(choices).toHaveLength(3);
  expect(choices[right]).toBeDefined();
  expect(because).toMatch(/^It stands at \d\.\d{2}\./);
  // A cheaper run that came lower is told; the dearest of them that no cheaper one beats is the lowest.
  const dearest = dearestOf(record.runs);
  const losses = record.runs
    .filter(({flops, loss}) => flops < dearest.flops && loss < dearest.loss)
    .map(({loss}) => loss);
  expect(String(because).includes("of the computing brought")).toBe(losses.length > 0);
  if (losses.length > 0) expect(because).toContain(`to ${Math.min(...losses).toFixed(2)}.`);
});

it("checkpointing saves what is counted, as measured", async () => {
  const {runs} = readCheckpointing(await json("scale-checkpointing.json"));
  for (const {kept, recomputed, batchSize, ...shape} of runs) {
    const share = (kept.gpuBytes - recomputed.gpuBytes) / savedByCheckpointing(modelConfig(shape), batchSize);
    expect(share).toBeGreaterThan(0.95);
    expect(share).toBeLessThan(1.05);
  }
  expect(() => readCheckpointing({version: 1, runs: []})).toThrow("not version 1");
});
