import type {ModelConfig} from "../model/config.js";
import {EPSILON} from "../ops/epsilon.js";
import {ROTARY_BASE} from "../ops/rotaryAngles.js";
import {gpt2Activations, huggingFaceShape} from "./huggingFace/huggingFaceShape.js";

/** What `config.json` may hold; null says that there is no such token. */
export type PublishedConfig = Record<string, string | number | boolean | string[] | null>;

/** The `model_type` of what is none of theirs. */
export const OWN_TYPE = "glassformer";

/**
 * The contents of `config.json`: in Hugging Face's form where one of its models is exactly this one, GPT-2 or Llama,
 * and else our own fields under the name of "glassformer", which no other program will take for what it knows.
 */
export function publishedConfig(config: ModelConfig): PublishedConfig {
  switch (huggingFaceShape(config)) {
    case "gpt2":
      return gpt2Config(config);
    case "llama":
      return llamaConfig(config);
    default:
      return {model_type: OWN_TYPE, ...config};
  }
}

/** A character model has neither a first nor a last token; without these lines the form's own would be assumed. */
const common = {bos_token_id: null, eos_token_id: null, torch_dtype: "float32"};

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
  attention_bias: config.bias,
  mlp_bias: config.bias,
  tie_word_embeddings: config.tiedHead,
  ...common
});
