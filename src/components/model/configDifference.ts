import {gpt2, type ModelConfig} from "./config.js";
import {readFields} from "./readFields.js";
import {type Choices, type Recipe, recipeNames, recipes} from "./recipes.js";

export interface Difference<Config = ModelConfig> {
  field: keyof Config;
  from: Config[keyof Config];
  to: Config[keyof Config];
}

/**
 * The fields in which two models differ, in the order of `readFields`, of those that both read: between two
 * architectures the rest is no difference but follows from the first.
 */
export function configDifference(from: ModelConfig, to: ModelConfig): Difference[] {
  const read = readFields(from.architecture);
  return [...readFields(to.architecture)]
    .filter((field) => read.has(field) && from[field] !== to[field])
    .map((field) => ({field, from: from[field], to: to[field]}));
}

const architectures = {
  transformer: "transformer",
  attention: "one head of attention",
  mlp: "MLP with a window",
  neuralBigram: "neural bigram",
  bigram: "counted bigram"
} as const;
const positions = {
  learned: "learned positions",
  sinusoidal: "sinusoidal positions",
  rope: "RoPE",
  alibi: "ALiBi",
  none: "no positions"
} as const;
const norms = {layerNorm: "LayerNorm", rmsNorm: "RMSNorm", none: "no norm"} as const;
const placements = {pre: "pre-norm", post: "post-norm"} as const;
const activations = {gelu: "GELU", geluExact: "exact GELU", relu: "ReLU", swiGlu: "SwiGLU"} as const;

/** The value of one field in a few words: "RoPE", "no bias", "6 layers". */
export function fieldInWords(config: ModelConfig, field: keyof ModelConfig): string {
  switch (field) {
    case "architecture":
      return architectures[config.architecture];
    case "nLayer":
      return plural(config.nLayer, "layer");
    case "nHead":
      return plural(config.nHead, "head");
    case "nKvHead":
      return `${plural(config.nKvHead, "head")} of keys and values`;
    case "nEmbd":
      return `width ${config.nEmbd}`;
    case "nInner":
      return `feed-forward width ${config.nInner}`;
    case "blockSize":
      return `context ${config.blockSize}`;
    case "vocabSize":
      return `vocabulary ${config.vocabSize}`;
    case "position":
      return positions[config.position];
    case "norm":
      return norms[config.norm];
    case "normPlacement":
      return placements[config.normPlacement];
    case "activation":
      return activations[config.activation];
    case "causal":
      return config.causal ? "causal mask" : "no causal mask";
    case "residual":
      return config.residual ? "residuals" : "no residuals";
    case "bias":
      return config.bias ? "biases" : "no bias";
    case "tiedHead":
      return config.tiedHead ? "tied head" : "untied head";
    case "windowSize":
      return `window ${config.windowSize}`;
    case "smoothing":
      return `smoothing ${config.smoothing}`;
  }
}

/**
 * A short name without sizes: that of the recipe which is nearest, and what differs from it: "GPT-2, RoPE",
 * "neural bigram", "MLP, window 4".
 */
export function modelName(config: ModelConfig): string {
  let nearest: {recipe: Recipe; differences: (keyof Choices)[]} | null = null;
  for (const name of recipeNames) {
    const recipe: Recipe = recipes[name];
    if (recipe.choices.architecture !== config.architecture) continue;
    const differences = differencesFrom(recipe.choices, config);
    if (!nearest || differences.length < nearest.differences.length) nearest = {recipe, differences};
  }
  const {recipe, differences} = nearest!;
  const shared = config.architecture === "transformer" && config.nKvHead !== config.nHead;
  return [
    recipe.name,
    ...differences.map((field) => fieldInWords(config, field)),
    ...(shared ? [fieldInWords(config, "nKvHead")] : [])
  ].join(", ");
}

function differencesFrom(choices: Choices, config: ModelConfig): (keyof Choices)[] {
  const read = readFields(config.architecture);
  return (Object.keys(gpt2) as (keyof Choices)[]).filter(
    // Where nothing is normalised, there is no place for it.
    (field) =>
      read.has(field) &&
      choices[field] !== config[field] &&
      !(field === "normPlacement" && config.norm === "none")
  );
}

const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;
