import {expect, it} from "vitest";
import {CHOSEN, nodeExperiments, runExperiment} from "../../src/cli/nodeExperiments.js";
import type {ExperimentReport} from "../../src/components/experiment/protocol.js";
import {modelConfig} from "../../src/components/model/config.js";
import {presets} from "../../src/components/training/presets.js";
import {tinyCorpus} from "../training/corpus.js";

const model = modelConfig({nLayer: 1, nHead: 1, nEmbd: 4, nInner: 4, blockSize: 4});
const train = {
  ...presets.toy.train,
  ...{batchSize: 1, steps: 3, warmupSteps: 1, evalInterval: 3, evalBatches: 1}
};
/** With nothing to hold it back. */
const tooFast = {
  model: modelConfig({nLayer: 2, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 8}),
  train: {
    ...train,
    ...{optimiser: "momentum" as const, momentum: 0.99, learningRate: 10, minLearningRate: 10},
    ...{batchSize: 2, clipNorm: 1e6, steps: 200, evalInterval: 200}
  }
};

it("runs an experiment to its end, on wasm, and hands over its reports", async () => {
  const reports: ExperimentReport[] = [];
  await runExperiment(tinyCorpus(), {model, train}, {onReport: (report) => void reports.push(report)});
  expect(reports[0]).toMatchObject({type: "started", adapter: "wasm"});
  expect(reports.filter(({type}) => type === "step")).toHaveLength(3);
  expect(reports.at(-1)).toMatchObject({type: "ended", isComplete: true});
});

it("rejects where the experiment fails, and where it diverges unless that is heard", async () => {
  const startBackend = () => Promise.reject(new Error("no such engine"));
  await expect(runExperiment(tinyCorpus(), {model, train}, {startBackend})).rejects.toThrow("no such engine");
  await expect(runExperiment(tinyCorpus(), tooFast)).rejects.toThrow(/not a finite number/);
  let diverged = 0;
  await runExperiment(tinyCorpus(), tooFast, {onDiverged: () => void diverged++});
  expect(diverged).toBe(1);
});

it("gives pages' experiments a laboratory here, on the corpus that was chosen", async () => {
  const sizes: number[] = [];
  const experiments = nodeExperiments(async (blockSize) => {
    sizes.push(blockSize);
    return tinyCorpus();
  });
  const last = await new Promise<ExperimentReport>((resolve) =>
    experiments.run({corpus: CHOSEN, model, train, backend: "wasm"}, (report) => {
      if (report.type === "ended" || report.type === "failed") resolve(report);
    })
  );
  expect(last).toMatchObject({type: "ended", isComplete: true});
  expect(sizes).toEqual([4]);
});
