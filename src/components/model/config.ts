/**
 * The shape of a model. The letters used in every shape comment of the project:
 *
 *   B  batch size              T  tokens in a window (≤ blockSize)
 *   C  width, nEmbd            H  heads, nHead          D  width of a head, C / H
 *   V  vocabulary size         L  layers, nLayer        F  width of the feed-forward layer, nInner
 *   K  heads of keys and values, nKvHead (= H unless queries share them)
 *
 * The defaults of what is not a size are GPT-2's: see `gpt2`.
 */
export interface ModelConfig {
  /**
   * The transformer, or one of the models that came before it; those read fewer of the fields below:
   *
   *   transformer   blocks of attention and feed-forward layers
   *   attention     one head of attention between embedding and head, nothing else
   *   mlp           a two-layer network that sees the last windowSize tokens (Bengio et al. 2003)
   *   neuralBigram  embedding → linear → softmax: sees the last token
   *   bigram        the same table by counting, with `smoothing` added to each count
   */
  architecture: "transformer" | "attention" | "mlp" | "neuralBigram" | "bigram";
  nLayer: number;
  nHead: number;
  /** Heads of keys and values; each serves nHead / nKvHead heads of queries (Ainslie et al. 2023). */
  nKvHead: number;
  nEmbd: number;
  /** Width inside the feed-forward layer. GPT-2 uses 4 · nEmbd. */
  nInner: number;
  /** The longest window the model can see: rows of a learned position table. */
  blockSize: number;
  vocabSize: number;
  /** How order enters: added to the embedding (learned, sinusoidal), turned into queries and keys (rope), subtracted from scores (alibi). */
  position: "learned" | "sinusoidal" | "rope" | "alibi" | "none";
  norm: "layerNorm" | "rmsNorm" | "none";
  /** Where a block normalises: what its layers read (pre) or what they leave (post). */
  normPlacement: "pre" | "post";
  /** The bend in the feed-forward layer: GELU as tanh (gelu) or by the error function (geluExact). */
  activation: "gelu" | "geluExact" | "relu" | "swiGlu";
  /** Whether a position is kept from seeing later ones. Without it the stack is an encoder. */
  causal: boolean;
  /** Whether each layer adds to its input instead of replacing it. */
  residual: boolean;
  /** Whether linear layers and LayerNorm have a bias. */
  bias: boolean;
  /** Whether the head is the token table itself (Press & Wolf 2017). The mlp's head cannot be. */
  tiedHead: boolean;
  /** Tokens that the mlp sees. */
  windowSize: number;
  /** Added to every count of the bigram, so that no pair is impossible (Laplace). */
  smoothing: number;
}

/** Sizes that every configuration must name. */
export type ModelSize = Pick<
  ModelConfig,
  "nLayer" | "nHead" | "nEmbd" | "nInner" | "blockSize" | "vocabSize"
>;

/** GPT-2's choices, and those of the baselines that GPT-2 does not have. */
export const gpt2 = {
  architecture: "transformer",
  position: "learned",
  norm: "layerNorm",
  // Gradients reach every layer undamped from the first step (Xiong et al. 2020).
  normPlacement: "pre",
  activation: "gelu",
  causal: true,
  residual: true,
  bias: true,
  tiedHead: true,
  // Bengio et al. tried up to six words; eight characters are about one and a half.
  windowSize: 8,
  // Small, because most pairs of characters that a long text does not have are impossible.
  smoothing: 0.01
} as const satisfies Partial<ModelConfig>;

/** A whole configuration from sizes and what differs from GPT-2. */
export function modelConfig<Known extends Omit<ModelSize, "vocabSize"> & Partial<ModelConfig>>(
  known: Known
): Known & Omit<ModelConfig, "vocabSize"> {
  return {...gpt2, nKvHead: known.nHead, ...known};
}

/** Layers that attend, whose weights a trace holds: those of a transformer, the one of `attention`, else none. */
export function attentionLayers({architecture, nLayer}: ModelConfig): number {
  return architecture === "transformer" ? nLayer : architecture === "attention" ? 1 : 0;
}

/** Heads of queries in each of them. */
export function attentionHeads({architecture, nHead}: ModelConfig): number {
  return architecture === "transformer" ? nHead : architecture === "attention" ? 1 : 0;
}

/** The values that each choice may have, for forms, command lines and readers of files. */
export const choices = {
  architecture: ["transformer", "attention", "mlp", "neuralBigram", "bigram"],
  position: ["learned", "sinusoidal", "rope", "alibi", "none"],
  norm: ["layerNorm", "rmsNorm", "none"],
  normPlacement: ["pre", "post"],
  activation: ["gelu", "geluExact", "relu", "swiGlu"]
} as const satisfies {[Field in keyof ModelConfig]?: readonly ModelConfig[Field][]};

export const switches = ["causal", "residual", "bias", "tiedHead"] as const satisfies (keyof ModelConfig)[];

const sizes = {
  nLayer: [1, 48],
  nHead: [1, 64],
  nKvHead: [1, 64],
  nEmbd: [1, 4096],
  nInner: [1, 16384],
  blockSize: [1, 8192],
  vocabSize: [2, 65536],
  windowSize: [1, 64]
} as const satisfies {[Field in keyof ModelConfig]?: readonly [min: number, max: number]};

/** Throws RangeError with a sentence that names the field, its value and the limit. */
export function checkModelConfig(config: ModelConfig): void {
  for (const [field, [min, max]] of Object.entries(sizes)) {
    const value = config[field as keyof typeof sizes];
    if (!Number.isInteger(value) || value < min || value > max)
      throw new RangeError(`${field} is ${value}; it must be a whole number from ${min} to ${max}.`);
  }
  for (const [field, allowed] of Object.entries(choices)) {
    const value = config[field as keyof typeof choices];
    if (!(allowed as readonly string[]).includes(value))
      throw new RangeError(`${field} is ${JSON.stringify(value)}; it must be one of ${allowed.join(", ")}.`);
  }
  for (const field of switches)
    if (typeof config[field] !== "boolean")
      throw new RangeError(`${field} is ${JSON.stringify(config[field])}; it must be true or false.`);
  if (typeof config.smoothing !== "number" || !(config.smoothing > 0 && config.smoothing <= 1000))
    throw new RangeError(
      `smoothing is ${config.smoothing}; it must be more than 0, so that no pair is impossible, and at most 1000.`
    );
  checkHeads(config);
}

function checkHeads({architecture, nEmbd, nHead, nKvHead, position}: ModelConfig): void {
  const heads = architecture === "transformer" ? nHead : 1;
  if (nEmbd % heads !== 0)
    throw new RangeError(
      `nEmbd is ${nEmbd}, which nHead ${nHead} does not divide; each head needs the same width.`
    );
  if (architecture === "transformer" && nHead % nKvHead !== 0)
    throw new RangeError(
      `nHead is ${nHead}, which nKvHead ${nKvHead} does not divide; each head of keys and values must serve as many heads of queries.`
    );
  const turns = architecture === "transformer" || architecture === "attention";
  if (turns && position === "rope" && (nEmbd / heads) % 2 !== 0)
    throw new RangeError(
      `nEmbd ${nEmbd} over nHead ${heads} makes heads ${nEmbd / heads} wide; position rope turns pairs of numbers and needs an even width.`
    );
}
