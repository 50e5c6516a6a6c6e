import {expect, test} from "vitest";
import {publishedConfig} from "../../src/components/exchange/publishedConfig.js";
import {choices, type ModelConfig, modelConfig, switches} from "../../src/components/model/config.js";

const size = {nLayer: 3, nHead: 4, nEmbd: 16, nInner: 40, blockSize: 12, vocabSize: 11};
const gpt2 = modelConfig(size);
const llama: ModelConfig = {
  ...gpt2,
  nKvHead: 2,
  position: "rope",
  norm: "rmsNorm",
  activation: "swiGlu",
  bias: false,
  tiedHead: false
};

test("GPT-2's form, with what it leaves open", () => {
  expect(publishedConfig(gpt2)).toEqual({
    model_type: "gpt2",
    architectures: ["GPT2LMHeadModel"],
    n_layer: 3,
    n_head: 4,
    n_embd: 16,
    n_inner: 40,
    n_positions: 12,
    vocab_size: 11,
    activation_function: "gelu_new",
    layer_norm_epsilon: 1e-5,
    tie_word_embeddings: true,
    embd_pdrop: 0,
    attn_pdrop: 0,
    resid_pdrop: 0,
    bos_token_id: null,
    eos_token_id: null,
    torch_dtype: "float32"
  });
  expect(publishedConfig({...gpt2, activation: "geluExact", tiedHead: false})).toMatchObject({
    model_type: "gpt2",
    activation_function: "gelu",
    tie_word_embeddings: false
  });
  expect(publishedConfig({...gpt2, activation: "relu"})).toMatchObject({activation_function: "relu"});
});

test("Llama's form, with what it leaves open", () => {
  expect(publishedConfig(llama)).toEqual({
    model_type: "llama",
    architectures: ["LlamaForCausalLM"],
    num_hidden_layers: 3,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    hidden_size: 16,
    intermediate_size: 40,
    max_position_embeddings: 12,
    vocab_size: 11,
    hidden_act: "silu",
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    attention_bias: false,
    mlp_bias: false,
    tie_word_embeddings: false,
    bos_token_id: null,
    eos_token_id: null,
    torch_dtype: "float32"
  });
  expect(publishedConfig({...llama, tiedHead: true})).toMatchObject({
    model_type: "llama",
    tie_word_embeddings: true
  });
});

/** Every configuration that differs from one in a single choice. */
function neighbours(config: ModelConfig): ModelConfig[] {
  const others = Object.entries(choices).flatMap(([field, values]) =>
    values.map((value) => ({...config, [field]: value}))
  );
  return [
    ...others,
    ...switches.map((field) => ({...config, [field]: !config[field]})),
    {...config, nKvHead: 1}
  ];
}

test("one choice off, a model is none of theirs and says so", () => {
  const forms = (config: ModelConfig) => {
    const counts: Record<string, number> = {};
    for (const neighbour of neighbours(config)) {
      const published = publishedConfig(neighbour);
      counts[published.model_type as string] = (counts[published.model_type as string] ?? 0) + 1;
      if (published.model_type === "glassformer")
        expect(published).toEqual({model_type: "glassformer", ...neighbour});
    }
    return counts;
  };
  // Each of the five choices has its own value among the rest; two more activations, and either head, are GPT-2's too.
  // Llama is Llama with either head, with fewer heads of keys and values, and with biases.
  expect(forms(gpt2)).toEqual({gpt2: 5 + 2 + 1, glassformer: 4 + 4 + 2 + 1 + 1 + 3 + 1});
  expect(forms(llama)).toEqual({llama: 5 + 1 + 1 + 1, glassformer: 4 + 4 + 2 + 1 + 3 + 2});
});
