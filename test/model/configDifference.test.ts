import {describe, expect, it} from "vitest";
import {type ModelConfig, modelConfig} from "../../src/components/model/config.js";
import {configDifference, fieldInWords, modelName} from "../../src/components/model/configDifference.js";
import {recipeNames, recipes} from "../../src/components/model/recipes.js";

const size = {nLayer: 2, nHead: 4, nEmbd: 32, nInner: 128, blockSize: 16, vocabSize: 60};
const base = modelConfig(size);
const change = (changes: Partial<ModelConfig>): ModelConfig => ({...base, ...changes});

describe("configDifference", () => {
  it("is empty between equals", () => expect(configDifference(base, {...base})).toEqual([]));

  it("names each field with both values, in order", () => {
    expect(configDifference(base, change({bias: false, position: "rope", nLayer: 3}))).toEqual([
      {field: "nLayer", from: 2, to: 3},
      {field: "position", from: "learned", to: "rope"},
      {field: "bias", from: true, to: false}
    ]);
  });

  it("leaves out what the models do not read", () => {
    expect(configDifference(base, change({windowSize: 3, smoothing: 1}))).toEqual([]);
    const bigram = change({architecture: "bigram", nHead: 1, nEmbd: 7, position: "none"});
    expect(configDifference(base, bigram).map(({field}) => field)).toEqual(["architecture"]);
    expect(configDifference(bigram, {...bigram, nEmbd: 9, smoothing: 2}).map(({field}) => field)).toEqual([
      "smoothing"
    ]);
  });
});

describe("modelName", () => {
  it.each<[Partial<ModelConfig>, string]>([
    [{}, "GPT-2"],
    [{position: "rope"}, "GPT-2, RoPE"],
    [{position: "none", causal: false}, "GPT-2, no positions, no causal mask"],
    [{nKvHead: 2}, "GPT-2, 2 heads of keys and values"],
    [{position: "rope", norm: "rmsNorm", activation: "swiGlu", bias: false}, "Llama-shaped"],
    [{position: "rope", norm: "rmsNorm", activation: "swiGlu"}, "Llama-shaped, biases"],
    [{position: "sinusoidal", normPlacement: "post", activation: "relu"}, "original Transformer"],
    [{norm: "none", normPlacement: "post"}, "GPT-2, no norm"],
    [{residual: false, tiedHead: false}, "GPT-2, no residuals, untied head"],
    [{architecture: "mlp", windowSize: 4, tiedHead: false}, "MLP, window 4"],
    [{architecture: "neuralBigram", nKvHead: 1}, "neural bigram"],
    [{architecture: "bigram", smoothing: 1}, "counted bigram, smoothing 1"],
    [{architecture: "attention", position: "alibi"}, "one head, ALiBi"]
  ])("of %o is “%s”", (changes, name) => expect(modelName(change(changes))).toBe(name));

  it.each(recipeNames)("of the recipe %s is the recipe's own", (name) => {
    expect(modelName(change(recipes[name].choices))).toBe(recipes[name].name);
  });
});

it("puts every field into words", () => {
  for (const field of Object.keys(base) as (keyof ModelConfig)[])
    expect(fieldInWords(base, field)).toMatch(/[a-z]/i);
  expect(fieldInWords(change({nHead: 1}), "nHead")).toBe("1 head");
});
