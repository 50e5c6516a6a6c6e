import {modelConfig} from "../model/config.js";
import {presets} from "../training/presets.js";
import type {CorpusSource} from "../training/protocol.js";
import type {TeamPlan} from "./protocol.js";

/** What the page trains with several workers: small enough for eight of them in one tab, and over in a minute. */
export const teamPlan = (corpus: CorpusSource): TeamPlan => ({
  corpus,
  model: modelConfig({nLayer: 4, nHead: 4, nEmbd: 64, nInner: 256, blockSize: 64}),
  train: {...presets.toy.train, batchSize: 12, steps: 20, warmupSteps: 4}
});
