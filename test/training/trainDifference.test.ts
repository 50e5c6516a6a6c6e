import {describe, expect, it} from "vitest";
import type {TrainConfig} from "../../src/components/training/config.js";
import {presets} from "../../src/components/training/presets.js";
import {isTrainFieldRead, trainDifference} from "../../src/components/training/trainDifference.js";
import {withSteps} from "../../src/components/training/withSteps.js";

const {train} = presets.toy;

describe("trainDifference", () => {
  it("is empty between equals", () => expect(trainDifference(train, {...train}, "transformer")).toEqual([]));

  it("says the other's values", () => {
    const other = {...train, batchSize: 4, residualDropout: 0.1, batching: "documents" as const, seed: 7};
    expect(trainDifference(train, other, "transformer")).toEqual([
      "batches of 4",
      "residual dropout 0.1",
      "batches of documents",
      "seed 7"
    ]);
  });

  it("leaves out what follows from another difference", () => {
    const other = {...withSteps(train, 50), learningRate: 0.01, minLearningRate: 0.001};
    expect(trainDifference(train, other, "transformer")).toEqual(["50 steps", "learning rate 0.01"]);
    expect(trainDifference(train, {...train, warmupSteps: 3}, "transformer")).toEqual(["warm-up of 3"]);
  });

  it("leaves out what the model does not read", () => {
    const other = {...train, learningRate: 1, residualDropout: 0.5, embeddingDropout: 0.5, seed: 3};
    expect(trainDifference(train, other, "bigram")).toEqual(["seed 3"]);
    expect(trainDifference(train, other, "mlp")).toEqual([
      "learning rate 1",
      "embedding dropout 0.5",
      "seed 3"
    ]);
    expect(isTrainFieldRead("attentionDropout", "neuralBigram", train)).toBe(false);
    expect(isTrainFieldRead("attentionDropout", "attention", train)).toBe(true);
    const isRead = (field: keyof TrainConfig, other: Partial<TrainConfig>) =>
      isTrainFieldRead(field, "transformer", {...train, ...other});
    expect(isRead("momentum", {optimiser: "adamW"})).toBe(false);
    expect(isRead("momentum", {optimiser: "muon"})).toBe(true);
    expect(isRead("beta2", {optimiser: "sgd"})).toBe(false);
    expect(isRead("minLearningRate", {schedule: "constant"})).toBe(false);
    expect(isRead("warmupSteps", {schedule: "rangeTest"})).toBe(false);
    expect(isTrainFieldRead("gradientCheckpointing", "mlp", train)).toBe(false);
  });
});
