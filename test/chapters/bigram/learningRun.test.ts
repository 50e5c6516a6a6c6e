import {expect, it} from "vitest";
import {neuralBigramModel} from "../../../src/components/chapters/bigram/bigramRuns.js";
import {learnedTable} from "../../../src/components/chapters/bigram/learnedTable.js";
import {historyUntil, recordedRun} from "../../../src/components/chapters/bigram/learningRun.js";
import {countNeighbours, packCounts, tableLoss} from "../../../src/components/chapters/bigram/pairCounts.js";
import type {BigramTrace} from "../../../src/components/chapters/bigram/trace.js";
import {readRecording, writeRecording} from "../../../src/components/exchange/recording.js";
import {initialise} from "../../../src/components/model/initialise.js";
import {createRandom} from "../../../src/components/random.js";

const V = 5;
const config = {...neuralBigramModel, nEmbd: 4, vocabSize: V};
const checkpoints = writeRecording(
  config,
  [1, 2].map((seed) => initialise(config, createRandom(seed)))
);
const pairs = countNeighbours([0, 1, 2, 3, 4, 0, 1], V);
const heldOut = countNeighbours([0, 2, 4, 1], V);
const trace = {
  recorded: {
    config,
    steps: [0, 20],
    checkpoints: Buffer.from(checkpoints).toString("base64"),
    losses: [
      {step: 1, loss: 1.6},
      {step: 20, loss: 1.5},
      {step: 25, loss: 1.4}
    ]
  }
} as BigramTrace;

it("reads the recorded run and measures each of its tables exactly", () => {
  const {tables} = recordedRun(trace, pairs, heldOut);
  expect(tables.map(({step}) => step)).toEqual([0, 20]);
  const second = learnedTable(config, readRecording(config, checkpoints, 1));
  expect(tables[1]!.table).toEqual(second);
  expect(tables[1]!.train).toBe(tableLoss(second, pairs));
  expect(tables[1]!.heldOut).toBe(tableLoss(second, heldOut));
  expect(packCounts(pairs).length).toBe(10);
});

it("tells the history up to a step, in order", () => {
  const run = recordedRun(trace, pairs, heldOut);
  const history = historyUntil(run, 20);
  expect(history.map(({step}) => step)).toEqual([0, 1, 20, 20]);
  expect(history.map(({trainLoss}) => trainLoss)).toEqual([null, 1.6, 1.5, null]);
  expect(history[3]!.validationLoss).toBe(run.tables[1]!.heldOut);
});

it("refuses a damaged recording with a sentence", () => {
  const damaged = {recorded: {...trace.recorded, checkpoints: "AAAA"}} as BigramTrace;
  expect(() => recordedRun(damaged, pairs, heldOut)).toThrow(/it is damaged/);
});
