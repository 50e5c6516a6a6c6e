import {expect, test} from "vitest";
import {epochsAt, epochsInWords, formatEpochs, type Reader} from "../../src/components/training/epochs.js";
import {presets} from "../../src/components/training/presets.js";
import {tinyCorpus} from "./corpus.js";

const reader: Reader = {
  modelConfig: {blockSize: 8},
  trainConfig: {...presets.toy.train, batchSize: 5},
  corpus: tinyCorpus().meta
};

test("an epoch has passed when as many tokens are read as the training text has", () => {
  const {train} = reader.corpus.counts;
  expect(epochsAt(0, reader)).toBe(0);
  expect(epochsAt(train / 40, reader)).toBeCloseTo(1, 12);
  expect(epochsInWords(45, reader)).toBe(`${(1800 / train).toFixed(2)} epochs`);
});

test("one batch again and again has no epochs", () => {
  const one = {...reader, trainConfig: {batchSize: 5, overfitOneBatch: true}};
  expect(epochsAt(100, one)).toBeNull();
  expect(epochsInWords(100, one)).toBe("");
});

test("epochs are told in three figures", () => {
  expect([0, 0.00076543, 0.4321, 9.994, 9.996, 43.21, 1234.5].map(formatEpochs)).toEqual([
    "0",
    "0.00077",
    "0.43",
    "9.99",
    "10.0",
    "43.2",
    "1235"
  ]);
});
