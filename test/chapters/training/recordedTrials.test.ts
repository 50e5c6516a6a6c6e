import {readFile} from "node:fs/promises";
import {expect, it} from "vitest";
import {batchVerdict} from "../../../src/components/chapters/training/batchFigure.js";
import {ratePrediction} from "../../../src/components/chapters/training/chapter.js";
import {
  bestOf,
  endOf,
  lowestOf,
  type TrialRecording,
  type TrialResult
} from "../../../src/components/chapters/training/recordedTrials.js";
import {scheduleWords} from "../../../src/components/chapters/training/scheduleFigure.js";
import {
  BATCH_RATES,
  BATCH_SIZES,
  batchTrial,
  CLIP_NORMS,
  CLIP_RATES,
  clippingTrial,
  FITTINGS,
  fittingTrials,
  ONE_BATCH,
  OPTIMISERS,
  optimiserTrial,
  RATES,
  SCHEDULE_RATES,
  SCHEDULES,
  scheduleTrial
} from "../../../src/components/chapters/training/trials.js";
import {checkModelConfig} from "../../../src/components/model/config.js";
import {checkTrainConfig} from "../../../src/components/training/config.js";

const recording = JSON.parse(await readFile("src/data/training-runs.json", "utf8")) as TrialRecording;

it("plans only runs that are possible, and batches that read equally much", () => {
  const trials = [
    ...OPTIMISERS.flatMap((rule) => RATES.map((rate) => optimiserTrial(rule, rate))),
    ...SCHEDULE_RATES.flatMap((rate) => SCHEDULES.map((schedule) => scheduleTrial(schedule, rate))),
    ...CLIP_RATES.map((rate) => clippingTrial(1, rate)),
    ...BATCH_SIZES.flatMap((size) => BATCH_RATES.map((rate) => batchTrial(size, rate))),
    ...FITTINGS.map((name) => fittingTrials[name]),
    ONE_BATCH
  ];
  for (const {model, train} of trials) {
    checkTrainConfig(train);
    checkModelConfig({...model, vocabSize: recording.corpus.vocabSize});
  }
  const read = BATCH_SIZES.map((size) => {
    const {model, train} = batchTrial(size, 0.01);
    return train.steps * train.batchSize * model.blockSize;
  });
  expect(new Set(read).size).toBe(1);
});

it("holds every run that is planned, to its last step or to where it broke", () => {
  const whole = (result: TrialRecording["oneBatch"], steps: number) =>
    result.isDiverged || result.curve.at(-1)![0] === steps;
  OPTIMISERS.forEach((rule, i) => {
    RATES.forEach((rate, j) => {
      expect(whole(recording.optimisers[i]![j]!, optimiserTrial(rule, rate).train.steps)).toBe(true);
    });
  });
  SCHEDULE_RATES.forEach((rate, i) => {
    SCHEDULES.forEach((schedule, j) => {
      expect(whole(recording.schedules[i]![j]!, scheduleTrial(schedule, rate).train.steps)).toBe(true);
    });
  });
  CLIP_RATES.forEach((rate, i) => {
    CLIP_NORMS.forEach((limit, j) => {
      const result = recording.clipping[i]![j]!;
      const {steps} = clippingTrial(limit, rate).train;
      expect(whole(result, steps)).toBe(true);
      if (!result.isDiverged) expect(result.norms).toHaveLength(steps);
    });
  });
  BATCH_SIZES.forEach((size, i) => {
    BATCH_RATES.forEach((rate, j) => {
      expect(whole(recording.batches[i]![j]!, batchTrial(size, rate).train.steps)).toBe(true);
    });
  });
  for (const name of FITTINGS)
    expect(whole(recording.fitting[name], fittingTrials[name].train.steps)).toBe(true);
});

it("bears out what the prose says of them", () => {
  const {optimisers, clipping, fitting, oneBatch, corpus, batches} = recording;
  const at = (rule: (typeof OPTIMISERS)[number]) =>
    Math.min(...optimisers[OPTIMISERS.indexOf(rule)]!.map(endOf));
  expect(at("muon")).toBeLessThan(at("adamW") - 0.2);
  expect(at("adamW")).toBeLessThan(at("sgd") - 0.2);
  // Best rates differ by powers of ten.
  const rate = (rule: (typeof OPTIMISERS)[number]) => RATES[bestOf(optimisers[OPTIMISERS.indexOf(rule)]!)]!;
  expect(rate("sgd") / rate("adamW")).toBeGreaterThanOrEqual(10);
  // At a low rate neither warm-up nor decay is needed; at a higher one both help.
  const [low, high] = recording.schedules.map((results) => endOf(results[0]!) - endOf(results.at(-1)!));
  expect(Math.abs(low!)).toBeLessThan(0.05);
  expect(high).toBeGreaterThan(0.2);
  // Without clipping the higher rate breaks; with it, it does not.
  expect(endOf(clipping.at(-1)![0]!)).toBeLessThan(3);
  expect(endOf(clipping.at(-1)![1]!)).toBeGreaterThan(10);
  // At the lower one it changes little.
  const [clipped, free] = clipping[0]!.map(endOf);
  expect(Math.abs(clipped! - free!)).toBeLessThan(0.05);
  // By heart: the held-out loss turns and rises, while the training loss falls below the floor of honest prediction.
  const lowest = lowestOf(fitting.byHeart);
  expect(endOf(fitting.byHeart)).toBeGreaterThan(lowest.loss + 0.5);
  expect(endOf(fitting.dropout)).toBeLessThan(endOf(fitting.byHeart) - 0.5);
  expect(endOf(fitting.moreText)).toBeLessThan(lowest.loss);
  const gap = (name: "tooSmall" | "byHeart") => endOf(fitting[name]) - fitting[name].losses!.values.at(-1)!;
  expect(Math.abs(gap("tooSmall"))).toBeLessThan(0.2);
  expect(gap("byHeart")).toBeGreaterThan(2);
  expect(oneBatch.losses!.values.at(-1)!).toBeLessThan(corpus.floor!);
  expect(endOf(oneBatch)).toBeGreaterThan(Math.log(corpus.vocabSize));
  // A larger batch wants a rate at least as high, and here fewer steps are worth less.
  const best = batches.map((results) => BATCH_RATES[bestOf(results)]!);
  expect(best).toEqual([...best].sort((a, b) => a - b));
  const ends = batches.map((results) => Math.min(...results.map(endOf)));
  expect(ends).toEqual([...ends].sort((a, b) => a - b));
});

it("asks for what the numbers answer", () => {
  const {choices, right, because} = ratePrediction(recording);
  expect(choices[right]).toBeDefined();
  expect(because).not.toMatch(/NaN|Infinity|–/);
});

it("takes the answer from where both ended, whatever they did", () => {
  const to = (sgd: number) => {
    const optimisers = OPTIMISERS.map((rule) =>
      RATES.map((_, j) => ending(rule === "adamW" ? (j === 2 ? 2 : 3) : sgd))
    );
    return ratePrediction({...recording, optimisers}).right;
  };
  expect([2.05, 2.5, 3.5, 5].map(to)).toEqual([0, 1, 2, 2]);
});

const ending = (loss: number): TrialResult => ({
  curve: [
    [0, 4],
    [9, loss]
  ],
  isDiverged: false
});

it("says of batch sizes what the numbers are", () => {
  const rows = (best: readonly number[], loss: (size: number) => number) =>
    BATCH_SIZES.map((_, i) => BATCH_RATES.map((_, j) => ending(j === best[i] ? loss(i) : 9)));
  expect(batchVerdict(rows([1, 1, 1, 1], (i) => 2 + i))).toBe(
    "Here every size did best at 0.003: what so short a run lacks is steps, and not certainty. With 128 windows a step, the loss ended 3.00 nats above that with 2."
  );
  expect(batchVerdict(rows([0, 1, 2, 3], (i) => 2 - 0.1 * i))).toBe(
    "Here the best rate went from 0.001 with 2 windows to 0.03 with 128. With 128 windows a step, the loss ended 0.30 nats below that with 2."
  );
});

it("says of schedules which did best where that was not both", () => {
  const rows = SCHEDULE_RATES.map(() => [ending(3), ending(2.5), ending(2), ending(2.2)]);
  expect(scheduleWords(rows)).toContain(
    "at a peak of 0.03, 3.00 without either, 2.20 with both, and lowest, 2.00, with decay only"
  );
  expect(scheduleWords(SCHEDULE_RATES.map(() => [ending(30), ending(3), ending(3), ending(2)]))).toContain(
    "at a peak of 0.1, broke without either, 2.00 with both"
  );
});
