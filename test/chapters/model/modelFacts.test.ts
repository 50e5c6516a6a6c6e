import {expect, it} from "vitest";
import {knownShapes} from "../../../src/components/chapters/model/knownShapes.js";
import {modelFacts} from "../../../src/components/chapters/model/modelFacts.js";
import {checkModelConfig, modelConfig} from "../../../src/components/model/config.js";
import {parameterCount} from "../../../src/components/model/parameters.js";

const config = modelConfig({nLayer: 4, nHead: 4, nEmbd: 96, nInner: 384, blockSize: 256, vocabSize: 60});

it("shares out every parameter", () => {
  const {shares, parameters, untiedExtra} = modelFacts(config);
  expect(shares.tables + shares.attention + shares.feedForward + shares.norms).toBeCloseTo(1, 12);
  expect(parameterCount({...config, tiedHead: false}) - parameters).toBe(untiedExtra);
  expect(modelFacts({...config, tiedHead: false}).untiedShare).toBeCloseTo(untiedExtra / parameters, 12);
});

it("knows which part is largest", () => {
  expect(modelFacts(config).largestPart).toBe(2);
  expect(modelFacts({...config, vocabSize: 50000}).largestPart).toBe(0);
  expect(modelFacts({...config, nInner: 8}).largestPart).toBe(1);
});

it("finds about two operations a parameter and token, and more with a long window", () => {
  expect(Number(modelFacts({...config, blockSize: 1}).flopsPerParameter)).toBeCloseTo(2, 1);
  expect(Number(modelFacts(config).flopsPerParameter)).toBeGreaterThan(2.3);
  // Without attention itself there are a little fewer than two: not every number is multiplied.
  for (const one of [config, ...knownShapes.map(({config}) => config)]) {
    const {flopsPerParameter, attentionPerParameter} = modelFacts({...one, tiedHead: true});
    const rest = Number(flopsPerParameter) - Number(attentionPerParameter);
    expect(rest).toBeGreaterThan(1.7);
    expect(rest).toBeLessThan(2.011);
  }
});

it.each(knownShapes)("$name has its published number of parameters", ({name, config}) => {
  const published: Record<string, number> = {
    "GPT-2 small": 124_439_808,
    "GPT-2 XL": 1_557_611_200,
    "TinyLlama 1.1B": 1_100_048_384,
    "Llama 2 7B": 6_738_415_616
  };
  expect(parameterCount(config)).toBe(published[name]);
  expect(() => checkModelConfig(config)).not.toThrow();
});
