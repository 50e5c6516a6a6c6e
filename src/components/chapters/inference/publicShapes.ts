import {type ModelConfig, modelConfig} from "../../model/config.js";
import {gpt2Size, type KnownShape, knownShapes, llama} from "../model/knownShapes.js";

/** L, H, K, C, F, V and the context of a model that is arranged like Llama. */
type LlamaSizes = [L: number, H: number, K: number, C: number, F: number, V: number, context: number];

const likeLlama = ([nLayer, nHead, nKvHead, nEmbd, nInner, vocabSize, blockSize]: LlamaSizes): ModelConfig =>
  modelConfig({...llama, nLayer, nHead, nKvHead, nEmbd, nInner, vocabSize, blockSize});

const known = (name: string): KnownShape => knownShapes.find((shape) => shape.name === name)!;

/** Published models by size, with shapes from their papers and configuration files. */
export const publicShapes: readonly KnownShape[] = [
  known("GPT-2 small"),
  {name: "GPT-2 medium", source: "Radford et al. 2019", config: gpt2Size(24, 16, 1024)},
  {name: "GPT-2 large", source: "Radford et al. 2019", config: gpt2Size(36, 20, 1280)},
  known("GPT-2 XL"),
  known("TinyLlama 1.1B"),
  known("Llama 2 7B"),
  {
    name: "Mistral 7B v0.2",
    source:
      "Jiang et al. 2023 and the second version’s configuration file, which looks back without a window",
    config: likeLlama([32, 32, 8, 4096, 14336, 32000, 32768])
  },
  {
    name: "Llama 3 8B",
    source: "Grattafiori et al. 2024",
    config: likeLlama([32, 32, 8, 4096, 14336, 128256, 8192])
  },
  {
    name: "Llama 2 13B",
    source: "Touvron et al. 2023",
    config: likeLlama([40, 40, 40, 5120, 13824, 32000, 4096])
  },
  {
    name: "Llama 2 70B",
    source: "Touvron et al. 2023",
    config: likeLlama([80, 64, 8, 8192, 28672, 32000, 4096])
  },
  {
    name: "Llama 3 70B",
    source: "Grattafiori et al. 2024",
    config: likeLlama([80, 64, 8, 8192, 28672, 128256, 8192])
  },
  {
    name: "GPT-3 175B",
    source: "Brown et al. 2020, counted as if every layer looked back at everything",
    config: {...gpt2Size(96, 96, 12288), blockSize: 2048}
  },
  {
    name: "Llama 3.1 405B",
    source: "Grattafiori et al. 2024",
    config: likeLlama([126, 128, 8, 16384, 53248, 128256, 131072])
  }
];
