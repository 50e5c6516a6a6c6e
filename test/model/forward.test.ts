import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {checkModelConfig, choices, gpt2, modelConfig, switches} from "../../src/components/model/config.js";
import {forward} from "../../src/components/model/forward.js";
import {parameterShapes} from "../../src/components/model/parameters.js";
import {crossEntropy} from "../../src/components/ops/crossEntropy.js";
import {backendNames, useBackend} from "../backends.js";
import {cases, type ModelCase} from "../fixtures/model.js";
import {relativeError} from "../ops/fixtures.js";
import {int32, passOf, TOLERANCE} from "./passes.js";

const named = Object.entries(cases);

describe("the cases", () => {
  it("are models that a configuration can name, with PyTorch's parameters those of the configuration", () => {
    for (const [name, {config, parameters}] of named) {
      expect(() => checkModelConfig(config), name).not.toThrow();
      const shapes = Object.entries(parameters).map(([name, {shape}]) => [name, shape]);
      // In the same order too.
      expect(Object.entries(parameterShapes(config)), name).toEqual(shapes);
    }
  });

  it("begin with GPT-2's choices, which are the defaults", () => {
    const {nLayer, nHead, nEmbd, nInner, blockSize, vocabSize} = cases.gpt2!.config;
    const sizes = {nLayer, nHead, nEmbd, nInner, blockSize, vocabSize};
    expect(cases.gpt2!.config).toEqual(modelConfig(sizes));
    expect(cases.gpt2!.config).toMatchObject(gpt2);
  });

  it("use every value of every choice, and each position with each place of the norm", () => {
    const used = named.map(([, {config}]) => config);
    for (const [field, values] of Object.entries(choices))
      expect([...new Set(used.map((config) => config[field as keyof typeof choices]))].sort()).toEqual(
        [...values].sort()
      );
    for (const field of switches) expect(new Set(used.map((config) => config[field])).size, field).toBe(2);
    for (const position of choices.position)
      for (const placement of choices.normPlacement)
        expect(cases[`${position} ${placement}`]!.config).toMatchObject({position, normPlacement: placement});
  });
});

/** Loss and the gradient of every parameter, by name. */
function lossAndGradients(fixture: ModelCase) {
  const {parameters, ...rest} = passOf(fixture);
  const names = Object.keys(parameters);
  const {value, grads} = tf.valueAndGrads((...values: tf.Tensor[]) => {
    const given = Object.fromEntries(names.map((name, i) => [name, values[i]!]));
    const logits = forward({...rest, parameters: given}, int32(fixture.ids));
    return crossEntropy(logits, int32(fixture.targets), fixture.labelSmoothing);
  })(Object.values(parameters));
  return {loss: value, gradients: Object.fromEntries(names.map((name, i) => [name, grads[i]!]))};
}

describe.each(backendNames)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it.each(named)("%s: PyTorch's logits and attention weights", async (_, fixture) => {
    const attention: tf.Tensor[] = [];
    const tap = (name: string, value: tf.Tensor) => {
      if (name.endsWith(".weights")) attention.push(value);
      return undefined;
    };
    const logits = forward({...passOf(fixture), tap}, int32(fixture.ids));
    expect(logits.shape).toEqual(fixture.logits.shape);
    expect(relativeError(await logits.data(), fixture.logits.data)).toBeLessThan(TOLERANCE);
    expect(attention.map(({shape}) => shape)).toEqual(fixture.attention.map(({shape}) => shape));
    for (const [i, weights] of attention.entries())
      expect(relativeError(await weights.data(), fixture.attention[i]!.data)).toBeLessThan(TOLERANCE);
  });

  const trained = named.filter(([, {gradients}]) => Object.keys(gradients).length > 0);

  it.each(trained)("%s: PyTorch's loss and every gradient", async (_, fixture) => {
    const {loss, gradients} = lossAndGradients(fixture);
    expect(relativeError(await loss.data(), [fixture.loss])).toBeLessThan(TOLERANCE);
    expect(Object.keys(gradients)).toEqual(Object.keys(fixture.gradients));
    for (const [name, {shape, data}] of Object.entries(fixture.gradients)) {
      expect(gradients[name]!.shape, name).toEqual(shape);
      expect(relativeError(await gradients[name]!.data(), data), name).toBeLessThan(TOLERANCE);
    }
  });
});
