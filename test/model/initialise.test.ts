import {describe, expect, it} from "vitest";
import {type ModelConfig, modelConfig} from "../../src/components/model/config.js";
import {initialise} from "../../src/components/model/initialise.js";
import {parameterCount} from "../../src/components/model/parameters.js";
import {createRandom} from "../../src/components/random.js";
import {cases} from "../fixtures/model.js";

const config = modelConfig({nLayer: 4, nHead: 4, nEmbd: 64, nInner: 256, blockSize: 32, vocabSize: 50});
const drawn = (differences: Partial<ModelConfig> = {}) => {
  const parameters = initialise({...config, ...differences}, createRandom(1));
  /** Root mean square, over what is expected. */
  const deviation = (name: string) => {
    const {data} = parameters[name]!;
    return Math.sqrt(data.reduce((sum, value) => sum + value ** 2, 0) / data.length) / 0.02;
  };
  return {parameters, deviation};
};

describe("initialise", () => {
  it.each(Object.entries(cases))("draws as many numbers as the count says: %s", (_, {config}) => {
    const parameters = initialise(config, createRandom(1));
    const total = Object.values(parameters).reduce((sum, {data}) => sum + data.length, 0);
    expect(total).toBe(parameterCount(config));
    for (const {shape, data} of Object.values(parameters))
      expect(data.length).toBe(shape.reduce((a, b) => a * b));
  });

  it("uses GPT-2's deviations", () => {
    const {parameters, deviation} = drawn();
    // The standard error of a deviation over 3,200 draws is 1.3 %; these are within four of them.
    for (const name of ["transformer.wte.weight", "transformer.h.0.attn.c_attn.weight"])
      expect(Math.abs(deviation(name) - 1), name).toBeLessThan(0.05);
    for (const name of ["transformer.h.3.attn.c_proj.weight", "transformer.h.0.mlp.c_proj.weight"])
      expect(Math.abs(deviation(name) * Math.sqrt(8) - 1), name).toBeLessThan(0.05);
    for (const [name, {shape, data}] of Object.entries(parameters))
      if (shape.length === 1)
        expect(
          data.every((value) => value === (name.endsWith("weight") ? 1 : 0)),
          name
        ).toBe(true);
  });

  it("scales no projection where nothing is added to a stream over and over", () => {
    for (const differences of [
      {residual: false},
      {architecture: "attention"},
      {architecture: "neuralBigram"}
    ] as const) {
      const {parameters, deviation} = drawn(differences);
      const projections = Object.keys(parameters).filter((name) => name.endsWith("c_proj.weight"));
      expect(projections.length).toBeGreaterThan(0);
      for (const name of projections) expect(Math.abs(deviation(name) - 1), name).toBeLessThan(0.05);
    }
  });

  it("begins a bigram's counts at 0", () => {
    const {parameters} = drawn({architecture: "bigram"});
    expect(parameters["bigram.counts"]!.data).toEqual(new Float32Array(50 * 50));
  });

  it("is the same for the same seed and different for another", () => {
    expect(initialise(config, createRandom(1))).toEqual(drawn().parameters);
    expect(initialise(config, createRandom(2))).not.toEqual(drawn().parameters);
  });
});
