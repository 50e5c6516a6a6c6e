import type {LoggedRun} from "../../../src/components/exchange/logs/runLog.js";
import {modelConfig} from "../../../src/components/model/config.js";
import {presets} from "../../../src/components/training/presets.js";
import {newRunId} from "../../../src/components/training/runId.js";
import {tinyCorpus} from "../../training/corpus.js";

const {meta} = tinyCorpus();

/** Begun at 2026-01-02T03:04:05Z: a loss before the first step, one step of an older version, one of this. */
export const logged: LoggedRun = {
  runId: newRunId(meta, 7, Date.UTC(2026, 0, 2, 3, 4, 5)),
  modelConfig: modelConfig({nLayer: 1, nHead: 1, nEmbd: 4, nInner: 8, blockSize: 8, vocabSize: 8}),
  trainConfig: {...presets.toy.train, batchSize: 2, steps: 100, warmupSteps: 9, learningRate: 0.01},
  corpus: meta,
  history: [
    {step: 0, trainLoss: null, validationLoss: 2.0794415416798357},
    {step: 1, trainLoss: 2.0625, validationLoss: null},
    {step: 2, trainLoss: 1.5, validationLoss: 1.25, gradientNorm: 0.125, seconds: 0.75}
  ]
};
