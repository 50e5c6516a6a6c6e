import {checkModelConfig, gpt2, type ModelConfig} from "../../model/config.js";
import {EPSILON} from "../../ops/epsilon.js";
import {ROTARY_BASE} from "../../ops/rotaryAngles.js";
import {readModelConfig} from "../configReader.js";
import type {JsonReader} from "../jsonReader.js";
import {OWN_TYPE} from "../publishedConfig.js";

/**
 * The model that a `config.json` describes: of Hugging Face's GPT-2 or Llama, or one of ours that is neither. Throws
 * FormatError, naming the field, where the file asks for something that this site's models do not do.
 */
export function readHuggingFaceConfig(json: JsonReader): ModelConfig {
  const type = json.get("model_type").oneOf(["gpt2", "llama", OWN_TYPE]);
  if (type === OWN_TYPE) return readModelConfig(json, 3);
  const config = type === "gpt2" ? readGpt2(json) : readLlama(json);
  json.as(() => checkModelConfig(config));
  return config;
}

/** The names of GPT-2's activations, of which three are the same tanh form of GELU. */
const activations = {
  gelu_new: "gelu",
  gelu_pytorch_tanh: "gelu",
  gelu_fast: "gelu",
  gelu: "geluExact",
  relu: "relu"
} as const;

function readGpt2(json: JsonReader): ModelConfig {
  const nHead = json.get("n_head").integer();
  const nEmbd = json.get("n_embd").integer();
  const activation = optional(json, "activation_function", (field) =>
    field.oneOf(Object.keys(activations) as (keyof typeof activations)[])
  );
  refuseOthers(json, {
    layer_norm_epsilon: EPSILON,
    scale_attn_weights: true,
    scale_attn_by_inverse_layer_idx: false,
    add_cross_attention: false
  });
  return {
    ...gpt2,
    nLayer: json.get("n_layer").integer(),
    nHead,
    nKvHead: nHead,
    nEmbd,
    nInner: optional(json, "n_inner", (field) => field.integer()) ?? 4 * nEmbd,
    blockSize: json.get("n_positions").integer(),
    vocabSize: json.get("vocab_size").integer(),
    activation: activations[activation ?? "gelu_new"],
    tiedHead: optional(json, "tie_word_embeddings", (field) => field.boolean()) ?? true
  };
}

function readLlama(json: JsonReader): ModelConfig {
  const nHead = json.get("num_attention_heads").integer(1);
  const nEmbd = json.get("hidden_size").integer();
  const bias = optional(json, "attention_bias", (field) => field.boolean()) ?? false;
  // Its default is 1e-6, so it must be named.
  json.get("rms_norm_eps").expect(EPSILON, "as in this site's models");
  // Where attention has biases, the other layers must say that they have them too.
  if (bias) json.get("mlp_bias").expect(true, "as attention_bias is");
  refuseOthers(json, {
    hidden_act: "silu",
    rope_theta: ROTARY_BASE,
    mlp_bias: bias,
    head_dim: nEmbd / nHead,
    pretraining_tp: 1
  });
  for (const name of ["rope_scaling", "rope_parameters"])
    optional(json, name, (rope) => {
      for (const kind of ["type", "rope_type"])
        optional(rope, kind, (field) => field.expect("default", only));
      optional(rope, "rope_theta", (field) => field.expect(ROTARY_BASE, only));
    });
  return {
    ...gpt2,
    nLayer: json.get("num_hidden_layers").integer(),
    nHead,
    nKvHead: optional(json, "num_key_value_heads", (field) => field.integer()) ?? nHead,
    nEmbd,
    nInner: json.get("intermediate_size").integer(),
    blockSize: json.get("max_position_embeddings").integer(),
    vocabSize: json.get("vocab_size").integer(),
    position: "rope",
    norm: "rmsNorm",
    activation: "swiGlu",
    bias,
    tiedHead: optional(json, "tie_word_embeddings", (field) => field.boolean()) ?? false
  };
}

const only = "which is all that this site's models do";

/** Complains of a field that is there and has another value. */
function refuseOthers(json: JsonReader, allowed: Record<string, string | number | boolean>): void {
  for (const [name, value] of Object.entries(allowed))
    optional(json, name, (field) => field.expect(value, only));
}

/** What `read` makes of a field; null where it is missing or null. */
function optional<T>(json: JsonReader, name: string, read: (field: JsonReader) => T): T | null {
  return json.keys().includes(name) ? json.get(name).nullable(read) : null;
}
