import {describe, expect, it} from "vitest";
import {anatomy} from "../../../src/components/chapters/model/anatomy.js";
import {type ModelConfig, modelConfig} from "../../../src/components/model/config.js";
import {initialise} from "../../../src/components/model/initialise.js";
import {parameterCount} from "../../../src/components/model/parameters.js";
import {flops} from "../../../src/components/model/size.js";
import {TensorModel} from "../../../src/components/model/tensorModel.js";
import {createRandom} from "../../../src/components/random.js";
import {useBackend} from "../../backends.js";

const sizes = {nLayer: 3, nHead: 4, nEmbd: 16, nInner: 24, blockSize: 7, vocabSize: 13};
const configurations: [string, ModelConfig][] = [
  ["GPT-2", modelConfig(sizes)],
  [
    "Llama",
    modelConfig({
      ...sizes,
      nKvHead: 2,
      position: "rope",
      norm: "rmsNorm",
      activation: "swiGlu",
      bias: false,
      tiedHead: false
    })
  ],
  ["the paper's", modelConfig({...sizes, normPlacement: "post", position: "sinusoidal", activation: "relu"})],
  ["bare", modelConfig({...sizes, norm: "none", residual: false, position: "alibi", causal: false})]
];

describe.each(configurations)("the anatomy of %s", (_, config) => {
  const parts = anatomy(config, 2, 5);

  it("names every learned number and every product once", () => {
    expect(parts.reduce((sum, {parameters}) => sum + parameters, 0)).toBe(parameterCount(config));
    const {forward} = flops(config, {batchSize: 2, tokens: 5});
    expect(parts.reduce((sum, {flops}) => sum + flops, 0)).toBe(forward.total);
  });

  it("shows the shapes that the running model makes", async () => {
    await useBackend("cpu");
    const model = new TensorModel(config, initialise(config, createRandom(1)));
    const h = "transformer.h.0";
    const seen = await model.inspect([1, 2, 3, 4, 5], {
      names: [
        "embedding",
        ...["q", "k", "v", "scores", "weights", "mixed"].map((step) => `${h}.attn.${step}`),
        `${h}.mlp.hidden`,
        `${h}.after_mlp`,
        "logits"
      ]
    });
    model.dispose();
    const single = anatomy(config, 1, 5);
    const shapeOf = (pattern: RegExp) => single.find(({name}) => pattern.test(name))!.output.sizes;
    const expected: Record<string, RegExp> = {
      embedding: /^Embedding/,
      [`${h}.attn.q`]: /queries$/,
      [`${h}.attn.k`]: /keys$/,
      [`${h}.attn.v`]: /^Split: values/,
      [`${h}.attn.scores`]: /^Scores/,
      [`${h}.attn.weights`]: /^Weights/,
      [`${h}.attn.mixed`]: /^Mix/,
      [`${h}.mlp.hidden`]: /LU$/,
      [`${h}.after_mlp`]: /^(Add|Replace)/,
      logits: /^Head/
    };
    for (const [name, pattern] of Object.entries(expected))
      expect([name, seen[name]!.shape]).toEqual([name, shapeOf(pattern)]);
  });
});
