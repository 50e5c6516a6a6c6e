import type {ModelConfig} from "../../model/config.js";

/** Whose file a model can be written as, so that Hugging Face's own classes compute the same from it; or why none. */
export type HuggingFaceShape = "gpt2" | "llama" | {reason: string};

/** What Hugging Face calls the activations that its GPT-2 can have. */
export const gpt2Activations = {gelu: "gelu_new", geluExact: "gelu", relu: "relu", swiGlu: null} as const;

/**
 * `GPT2LMHeadModel` or `LlamaForCausalLM` where one of them is exactly this model. Otherwise the reason is a sentence
 * that names everything which the nearer of the two has no counterpart for.
 */
export function huggingFaceShape(config: ModelConfig): HuggingFaceShape {
  if (config.architecture !== "transformer")
    return {
      reason: `Hugging Face's library has no counterpart for ${architectures[config.architecture]}: its models are stacks of transformer blocks.`
    };
  const both = blockDifferences(config);
  const gpt2 = [...gpt2Differences(config), ...both];
  const llama = [...llamaDifferences(config), ...both];
  if (gpt2.length === 0) return "gpt2";
  if (llama.length === 0) return "llama";
  const [name, nearer] = llama.length < gpt2.length ? ["Llama", llama] : ["GPT-2", gpt2];
  return {
    reason: `Hugging Face's ${name}, which is nearest to this model, has no counterpart for ${inWords(nearer)}.`
  };
}

const architectures = {
  attention: "one head of attention by itself",
  mlp: "a network with a fixed window",
  neuralBigram: "a neural bigram",
  bigram: "a bigram that counts"
} as const;

/** Blocks that add to what they read, normalise before that, and look back only: what both forms take for granted. */
function blockDifferences({normPlacement, causal, residual}: ModelConfig): string[] {
  return named([
    [normPlacement !== "pre", "norms after the layers"],
    [!causal, "attention without the causal mask"],
    [!residual, "blocks without residuals"]
  ]);
}

function gpt2Differences(config: ModelConfig): string[] {
  const {position, norm, activation, bias, nHead, nKvHead} = config;
  return named([
    [position !== "learned", positions[position]],
    [norm !== "layerNorm", norms[norm]],
    [gpt2Activations[activation] === null, activations[activation]],
    [nKvHead !== nHead, "heads of keys and values that queries share"],
    [!bias, "linear layers without biases"]
  ]);
}

/** Llama has biases in all linear layers or in none, heads that share keys and values, and either head. */
function llamaDifferences({position, norm, activation}: ModelConfig): string[] {
  return named([
    [position !== "rope", positions[position]],
    [norm !== "rmsNorm", norms[norm]],
    [activation !== "swiGlu", activations[activation]]
  ]);
}

const positions: Record<ModelConfig["position"], string> = {
  learned: "learned positions",
  sinusoidal: "sinusoidal positions",
  rope: "rotary positions",
  alibi: "ALiBi positions",
  none: "a model without positions"
};

const norms: Record<ModelConfig["norm"], string> = {
  layerNorm: "LayerNorm",
  rmsNorm: "RMSNorm",
  none: "blocks without norms"
};

const activations: Record<ModelConfig["activation"], string> = {
  gelu: "GELU",
  geluExact: "exact GELU",
  relu: "ReLU",
  swiGlu: "SwiGLU"
};

const named = (differences: [isThere: boolean, name: string][]): string[] =>
  differences.filter(([isThere]) => isThere).map(([, name]) => name);

/** "a", "a and b", "a, b and c". */
const inWords = (names: string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
