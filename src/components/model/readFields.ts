import type {ModelConfig} from "./config.js";

export type ModelField = keyof ModelConfig;
type Architecture = ModelConfig["architecture"];

/** What each architecture makes use of; everything else in a configuration leaves it as it is. */
const fields: Record<Architecture, ReadonlySet<ModelField>> = {
  transformer: new Set([
    "architecture",
    "nLayer",
    "nHead",
    "nKvHead",
    "nEmbd",
    "nInner",
    "blockSize",
    "vocabSize",
    "position",
    "norm",
    "normPlacement",
    "activation",
    "causal",
    "residual",
    "bias",
    "tiedHead"
  ]),
  attention: new Set([
    "architecture",
    "nEmbd",
    "blockSize",
    "vocabSize",
    "position",
    "causal",
    "residual",
    "bias",
    "tiedHead"
  ]),
  mlp: new Set([
    "architecture",
    "nEmbd",
    "nInner",
    "blockSize",
    "vocabSize",
    "windowSize",
    "activation",
    "bias"
  ]),
  neuralBigram: new Set(["architecture", "nEmbd", "blockSize", "vocabSize", "bias", "tiedHead"]),
  bigram: new Set(["architecture", "blockSize", "vocabSize", "smoothing"])
};

/** The fields that a model of this architecture reads; the others may have any value that is possible at all. */
export const readFields = (architecture: Architecture): ReadonlySet<ModelField> => fields[architecture];
