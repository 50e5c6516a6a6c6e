import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {choices, type ModelConfig, modelConfig} from "../../src/components/model/config.js";
import {initialise} from "../../src/components/model/initialise.js";
import {parameterCount} from "../../src/components/model/parameters.js";
import {readFields} from "../../src/components/model/readFields.js";
import {TensorModel} from "../../src/components/model/tensorModel.js";
import {createRandom} from "../../src/components/random.js";
import {useBackend} from "../backends.js";

const size = {nLayer: 1, nHead: 4, nEmbd: 16, nInner: 24, blockSize: 6, vocabSize: 9};
const base = modelConfig(size);
/** Another possible value of each field. */
const other: {[Field in keyof ModelConfig]?: ModelConfig[Field]} = {
  nLayer: 2,
  nHead: 8,
  nKvHead: 2,
  nEmbd: 32,
  nInner: 20,
  position: "alibi",
  norm: "rmsNorm",
  normPlacement: "post",
  activation: "relu",
  causal: false,
  residual: false,
  bias: false,
  tiedHead: false,
  windowSize: 3,
  smoothing: 2
};

beforeAll(() => useBackend("cpu"));

/** Everything of a model that can be seen: how many parameters it has, and its logits for a line of tokens. */
async function seen(config: ModelConfig): Promise<number[]> {
  const parameters = initialise(config, createRandom(4));
  for (const {data} of Object.values(parameters))
    data.forEach((value, i) => {
      data[i] = 5 * value + 0.1 * (i % 7); // with biases and counts that are not 0
    });
  const model = new TensorModel(config, parameters);
  const logits = tf.tidy(() => model.logits(tf.tensor2d([3, 1, 8, 0, 2, 5], [1, 6], "int32")).dataSync());
  model.dispose();
  return [parameterCount(config), ...logits];
}

describe.each(choices.architecture)("%s", (architecture) => {
  it.each(Object.keys(other) as (keyof ModelConfig)[])(
    "%s counts where it is said to be read",
    async (field) => {
      const config = {...base, architecture};
      const before = await seen(config);
      const after = await seen({...config, [field]: other[field]});
      if (readFields(architecture).has(field)) expect(after).not.toEqual(before);
      else expect(after).toEqual(before);
    }
  );
});
