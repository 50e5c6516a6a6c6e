import type {ModelConfig} from "../model/config.js";
import {EPSILON} from "../ops/epsilon.js";
import {ROTARY_BASE} from "../ops/rotaryAngles.js";

/** What `config.json` may hold; null says that there is no such token. */
export type PublishedConfig = Record<string, string | number | boolean | string[] | null>;

/**
 * The contents of `config.json`: in Hugging Face's form where one of its models is exactly this one, GPT-2 or Llama,
 * and else our own fields under the name of "glassformer", which no other program will take for what it knows.
 */
export function publishedConfig(config: ModelConfig): PublishedConfig {
  if (isGpt2(config)) return gpt2Config(config);
  if (isLlama(config)) return llamaConfig(config);
  return {model_type: "glassformer", ...config};
}

/** A character model has neither a first nor a last token; without these lines the form's own would be assumed. */
const common = {bos_token_id: null, eos_token_id: null, torch_dtype: "float32"};

/** Blocks that add to what they read, normalise before that, and look back only: what both forms take for granted. */
const isPreNormDecoder = ({architecture, normPlacement, causal, residual}: ModelConfig): boolean =>
  architecture === "transformer" && normPlacement === "pre" && causal && residual;

/** What Hugging Face calls the activations that its GPT-2 can have. */
const gpt2Activations = {gelu: "gelu_new", geluExact: "gelu", relu: "relu", swiGlu: null} as const;

const isGpt2 = (config: ModelConfig): boolean =>
  isPreNormDecoder(config) &&
  config.position === "learned" &&
  config.norm === "layerNorm" &&
  config.bias &&
  config.nKvHead === config.nHead &&
  gpt2Activations[config.activation] !== null;

const gpt2Config = (config: ModelConfig): PublishedConfig => ({
  model_type: "gpt2",
  architectures: ["GPT2LMHeadModel"],
  n_layer: config.nLayer,
  n_head: config.nHead,
  n_embd: config.nEmbd,
  n_inner: config.nInner,
  n_positions: config.blockSize,
  vocab_size: config.vocabSize,
  activation_function: gpt2Activations[config.activation],
  layer_norm_epsilon: EPSILON,
  tie_word_embeddings: config.tiedHead,
  embd_pdrop: 0,
  attn_pdrop: 0,
  resid_pdrop: 0,
  ...common
});

const isLlama = (config: ModelConfig): boolean =>
  isPreNormDecoder(config) &&
  config.position === "rope" &&
  config.norm === "rmsNorm" &&
  config.activation === "swiGlu" &&
  !config.bias;

const llamaConfig = (config: ModelConfig): PublishedConfig => ({
  model_type: "llama",
  architectures: ["LlamaForCausalLM"],
  num_hidden_layers: config.nLayer,
  num_attention_heads: config.nHead,
  num_key_value_heads: config.nKvHead,
  hidden_size: config.nEmbd,
  intermediate_size: config.nInner,
  max_position_embeddings: config.blockSize,
  vocab_size: config.vocabSize,
  hidden_act: "silu",
  rms_norm_eps: EPSILON,
  rope_theta: ROTARY_BASE,
  attention_bias: false,
  mlp_bias: false,
  tie_word_embeddings: config.tiedHead,
  ...common
});
