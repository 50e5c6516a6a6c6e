import {readFileSync} from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import type {ModelConfig} from "../../src/components/model/config.js";
import {initialise} from "../../src/components/model/initialise.js";
import {parameterCount} from "../../src/components/model/parameters.js";
import {type TensorTrace, tinyTransformerLM} from "../../src/components/model/transformer.js";
import {crossEntropy} from "../../src/components/ops/crossEntropy.js";
import {createRandom} from "../../src/components/random.js";
import {backendNames, useBackend} from "../backends.js";
import {type FlatTensor, relativeError, toTensor} from "../ops/fixtures.js";

/** A whole model in float32, two layers deep, against float64. */
const TOLERANCE = 2e-5;

const fixture = JSON.parse(readFileSync(new URL("../fixtures/model.json", import.meta.url), "utf8")) as {
  config: ModelConfig;
  ids: number[][];
  targets: number[][];
  logits: FlatTensor;
  attention: FlatTensor[];
  loss: number;
  parameters: Record<string, FlatTensor>;
  gradients: Record<string, FlatTensor>;
};

const toParameters = (flat: Record<string, FlatTensor>) =>
  Object.fromEntries(Object.entries(flat).map(([name, tensor]) => [name, toTensor(tensor)]));

describe.each(backendNames)("tinyTransformerLM on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const ids = () => tf.tensor(fixture.ids, undefined, "int32");

  it("computes PyTorch's logits and attention weights", async () => {
    const trace: TensorTrace = {attention: []};
    const logits = tinyTransformerLM(fixture.config, toParameters(fixture.parameters), ids(), trace);
    expect(logits.shape).toEqual(fixture.logits.shape);
    expect(relativeError(await logits.data(), fixture.logits.data)).toBeLessThan(TOLERANCE);
    expect(trace.attention.length).toBe(fixture.config.nLayer);
    for (const [i, weights] of trace.attention.entries())
      expect(relativeError(await weights.data(), fixture.attention[i]!.data)).toBeLessThan(TOLERANCE);
  });

  it("computes PyTorch's loss and every gradient", async () => {
    const names = Object.keys(fixture.parameters);
    const targets = tf.tensor(fixture.targets, undefined, "int32");
    const {value, grads} = tf.valueAndGrads((...values: tf.Tensor[]) => {
      const parameters = Object.fromEntries(names.map((name, i) => [name, values[i]!]));
      return crossEntropy(tinyTransformerLM(fixture.config, parameters, ids()), targets);
    })(Object.values(toParameters(fixture.parameters)));
    expect(relativeError(await value.data(), [fixture.loss])).toBeLessThan(TOLERANCE);
    for (const [i, name] of names.entries())
      expect(relativeError(await grads[i]!.data(), fixture.gradients[name]!.data), name).toBeLessThan(
        TOLERANCE
      );
  });

  it("leaks nothing backwards: changing a later token changes no earlier logit, exactly", async () => {
    const parameters = toParameters(fixture.parameters);
    const [T, V] = [fixture.ids[0]!.length, fixture.config.vocabSize];
    const before = await tinyTransformerLM(fixture.config, parameters, ids()).data();
    for (let changed = 1; changed < T; changed++) {
      const edited = fixture.ids.map((row) => row.map((id, t) => (t === changed ? (id + 3) % V : id)));
      const after = await tinyTransformerLM(
        fixture.config,
        parameters,
        tf.tensor(edited, undefined, "int32")
      ).data();
      for (let b = 0; b < edited.length; b++) {
        const window = [b * T * V, (b * T + changed) * V] as const;
        expect(after.slice(...window)).toEqual(before.slice(...window));
        expect(after.slice(window[1], window[1] + V)).not.toEqual(before.slice(window[1], window[1] + V));
      }
    }
  });
});

describe("initialise", () => {
  const config: ModelConfig = {nLayer: 4, nHead: 4, nEmbd: 64, nInner: 256, blockSize: 32, vocabSize: 50};
  const parameters = initialise(config, createRandom(1));
  const deviation = (name: string) => {
    const {data} = parameters[name]!;
    return Math.sqrt(data.reduce((sum, value) => sum + value ** 2, 0) / data.length);
  };

  it("draws as many numbers as the count says", () => {
    const total = Object.values(parameters).reduce((sum, {data}) => sum + data.length, 0);
    expect(total).toBe(parameterCount(config));
  });

  it("uses GPT-2's deviations", () => {
    // The standard error of a deviation over 4,096 draws is 1.1 %.
    expect(deviation("transformer.h.0.mlp.c_fc.weight") / 0.02).toBeCloseTo(1, 1);
    expect(deviation("transformer.h.3.attn.c_proj.weight") / (0.02 / Math.sqrt(8))).toBeCloseTo(1, 1);
    expect(deviation("transformer.h.0.ln_1.weight")).toBe(1);
    expect(deviation("transformer.h.0.attn.c_attn.bias")).toBe(0);
  });

  it("is the same for the same seed and different for another", () => {
    expect(initialise(config, createRandom(1))).toEqual(parameters);
    expect(initialise(config, createRandom(2))).not.toEqual(parameters);
  });
});
