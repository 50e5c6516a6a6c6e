import {expect} from "vitest";
import {benchRun} from "../../src/cli/bench/configuration.js";
import {startEngine} from "../../src/cli/bench/engine.js";
import {StockTrainer} from "../../src/cli/bench/stockTrainer.js";
import type {NodeBackendName} from "../../src/cli/nodeBackends.js";
import {modelConfig} from "../../src/components/model/config.js";
import {presets} from "../../src/components/training/presets.js";
import {Trainer} from "../../src/components/training/trainer.js";

/** A configuration that steps are measured of in no time. */
export const tiny = {
  name: "tiny",
  model: modelConfig({nLayer: 2, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 8}),
  train: {...presets.toy.train, batchSize: 2}
};

/** Holds four steps of the trainer that ours is measured against to ours. */
export async function expectSameSteps(
  backend: NodeBackendName,
  change: {bias: boolean; nLayer: number}
): Promise<void> {
  await startEngine({backend, adapter: "auto"});
  const {snapshot, corpus} = await benchRun({
    model: {...tiny.model, ...change},
    // What stock TensorFlow.js does not have.
    train: {...tiny.train, schedule: "constant", warmupSteps: 0, weightDecay: 0, clipNorm: 1e6}
  });
  const stock = new StockTrainer(snapshot, corpus);
  const ours = new Trainer(snapshot, corpus, backend);
  for (let i = 0; i < 4; i++)
    expect(await stock.trainStep(), `step ${i}`).toBeCloseTo((await ours.trainStep()).loss, 4);
  stock.dispose();
  ours.dispose();
}
