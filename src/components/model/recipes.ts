import {gpt2, type ModelConfig, type ModelSize} from "./config.js";

/** What a recipe may choose: everything but sizes that differ from preset to preset. */
export type Choices = Omit<ModelConfig, keyof ModelSize | "nKvHead">;

/** A well-known combination of choices, at any size. */
export interface Recipe {
  /** In a list of recipes. */
  label: string;
  /** At the beginning of a run's name. */
  name: string;
  /** For people: what it is, and where it comes from. */
  about: string;
  choices: Choices;
  /** F, the width inside its feed-forward layer, for C = nEmbd. */
  innerWidth(nEmbd: number): number;
}

/** GPT-2 and everything before it: four times the width. */
const fourfold = (nEmbd: number): number => 4 * nEmbd;

/**
 * Llama's: SwiGLU has three matrices where the others have two, so two thirds of four times the width keep the number
 * of parameters (Shazeer 2020); a multiple of 8 suits the hardware.
 */
const twoThirdsOfFourfold = (nEmbd: number): number => 8 * Math.round(nEmbd / 3);

export const recipes = {
  gpt2: {
    label: "GPT-2",
    name: "GPT-2",
    about:
      "Pre-norm blocks, learned positions, GELU: Radford et al. 2019, and still the plainest good transformer.",
    choices: gpt2,
    innerWidth: fourfold
  },
  llama: {
    label: "Llama-shaped",
    name: "Llama-shaped",
    about:
      "Rotary positions, RMSNorm, SwiGLU and no biases: the changes that most models since 2023 have made (Touvron et al.).",
    choices: {...gpt2, position: "rope", norm: "rmsNorm", activation: "swiGlu", bias: false},
    innerWidth: twoThirdsOfFourfold
  },
  original: {
    label: "The original paper’s",
    name: "original Transformer",
    about:
      "LayerNorm after each layer, sinusoidal positions, ReLU: the decoder of “Attention is all you need” (Vaswani et al. 2017). Harder to train: its warm-up matters.",
    choices: {...gpt2, position: "sinusoidal", normPlacement: "post", activation: "relu"},
    innerWidth: fourfold
  },
  attention: {
    label: "One attention head",
    name: "one head",
    about:
      "A single head of attention between embedding and output, nothing else: how far looking back alone gets.",
    choices: {...gpt2, architecture: "attention"},
    innerWidth: fourfold
  },
  mlp: {
    label: "MLP with a window",
    name: "MLP",
    about:
      "Two layers that see the last few tokens side by side (Bengio et al. 2003): the neural language model before attention.",
    choices: {...gpt2, architecture: "mlp"},
    innerWidth: fourfold
  },
  neuralBigram: {
    label: "Neural bigram",
    name: "neural bigram",
    about: "Embedding, one linear layer, softmax: sees only the last token, and learns by gradients.",
    choices: {...gpt2, architecture: "neuralBigram"},
    innerWidth: fourfold
  },
  bigram: {
    label: "Counted bigram",
    name: "counted bigram",
    about: "Counts which token follows which: no gradients at all. What every other model has to beat.",
    choices: {...gpt2, architecture: "bigram"},
    innerWidth: fourfold
  }
} as const satisfies Record<string, Recipe>;

export type RecipeName = keyof typeof recipes;
export const recipeNames = Object.keys(recipes) as RecipeName[];
