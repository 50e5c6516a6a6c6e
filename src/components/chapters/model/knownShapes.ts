import {type ModelConfig, modelConfig} from "../../model/config.js";

/** A published model's shape, to compare with; sizes are from its own paper or configuration file. */
export interface KnownShape {
  name: string;
  source: string;
  config: ModelConfig;
}

/** A size of GPT-2's shape. */
export const gpt2Size = (nLayer: number, nHead: number, nEmbd: number) =>
  modelConfig({nLayer, nHead, nEmbd, nInner: 4 * nEmbd, blockSize: 1024, vocabSize: 50257});

/** What Llama's models have in common. */
export const llama = {
  position: "rope",
  norm: "rmsNorm",
  activation: "swiGlu",
  bias: false,
  tiedHead: false
} as const;

export const knownShapes: readonly KnownShape[] = [
  {name: "GPT-2 small", source: "Radford et al. 2019", config: gpt2Size(12, 12, 768)},
  {name: "GPT-2 XL", source: "Radford et al. 2019", config: gpt2Size(48, 25, 1600)},
  {
    name: "TinyLlama 1.1B",
    source: "Zhang et al. 2024",
    config: modelConfig({
      ...llama,
      nLayer: 22,
      nHead: 32,
      nKvHead: 4,
      nEmbd: 2048,
      nInner: 5632,
      blockSize: 2048,
      vocabSize: 32000
    })
  },
  {
    name: "Llama 2 7B",
    source: "Touvron et al. 2023",
    config: modelConfig({
      ...llama,
      nLayer: 32,
      nHead: 32,
      nEmbd: 4096,
      nInner: 11008,
      blockSize: 4096,
      vocabSize: 32000
    })
  }
];
