import {describe, expect, it} from "vitest";
import {checkModelConfig, type ModelConfig, modelConfig} from "../../src/components/model/config.js";

const config: ModelConfig = modelConfig({
  nLayer: 2,
  nHead: 4,
  nEmbd: 16,
  nInner: 32,
  blockSize: 8,
  vocabSize: 11
});
/** What a file or a form could hold. */
const check = (differences: Record<string, unknown>) => () =>
  checkModelConfig({...config, ...differences} as ModelConfig);

describe("modelConfig", () => {
  it("fills in GPT-2's choices, and a head of keys and values for every head", () => {
    expect(config).toMatchObject({
      architecture: "transformer",
      nKvHead: 4,
      position: "learned",
      norm: "layerNorm",
      normPlacement: "pre",
      activation: "gelu",
      causal: true,
      residual: true,
      bias: true,
      tiedHead: true
    });
    expect(modelConfig({...config, nKvHead: 2, position: "rope"})).toEqual({
      ...config,
      nKvHead: 2,
      position: "rope"
    });
  });
});

describe("checkModelConfig", () => {
  it.each([
    {},
    {nKvHead: 1},
    {position: "rope", nEmbd: 8},
    {nLayer: 48, nHead: 64, nKvHead: 64, nEmbd: 4096, nInner: 16384, blockSize: 8192, vocabSize: 65536},
    {nLayer: 1, nHead: 1, nKvHead: 1, nEmbd: 1, nInner: 1, blockSize: 1, vocabSize: 2, windowSize: 1},
    {windowSize: 64, smoothing: 1000}
  ])("accepts %o", (differences) => {
    expect(check(differences)).not.toThrow();
  });

  it.each([
    ["nLayer", 1, 48],
    ["nHead", 1, 64],
    ["nKvHead", 1, 64],
    ["nEmbd", 1, 4096],
    ["nInner", 1, 16384],
    ["blockSize", 1, 8192],
    ["vocabSize", 2, 65536],
    ["windowSize", 1, 64]
  ])("refuses a %s that is no whole number from %d to %d", (field, min, max) => {
    for (const value of [
      min - 1,
      max + 1,
      min + 0.5,
      -1,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      "4",
      null,
      undefined
    ])
      expect(check({[field]: value})).toThrow(
        new RangeError(`${field} is ${value}; it must be a whole number from ${min} to ${max}.`)
      );
  });

  it.each([
    ["architecture", "transformer, attention, mlp, neuralBigram, bigram"],
    ["position", "learned, sinusoidal, rope, alibi, none"],
    ["norm", "layerNorm, rmsNorm, none"],
    ["normPlacement", "pre, post"],
    ["activation", "gelu, geluExact, relu, swiGlu"]
  ])("refuses a %s that there is not", (field, allowed) => {
    expect(check({[field]: "other"})).toThrow(
      new RangeError(`${field} is "other"; it must be one of ${allowed}.`)
    );
    expect(check({[field]: 1})).toThrow(new RangeError(`${field} is 1; it must be one of ${allowed}.`));
    expect(check({[field]: undefined})).toThrow(`${field} is undefined; it must be one of ${allowed}.`);
  });

  it.each(["causal", "residual", "bias", "tiedHead"])("refuses a %s that is no switch", (field) => {
    expect(check({[field]: "yes"})).toThrow(new RangeError(`${field} is "yes"; it must be true or false.`));
    expect(check({[field]: undefined})).toThrow(`${field} is undefined; it must be true or false.`);
  });

  it("refuses a smoothing that leaves pairs impossible, or drowns the counts", () => {
    for (const smoothing of [0, -1, 1001, Number.NaN, Number.POSITIVE_INFINITY, undefined])
      expect(check({smoothing})).toThrow(
        new RangeError(
          `smoothing is ${smoothing}; it must be more than 0, so that no pair is impossible, and at most 1000.`
        )
      );
  });

  it("refuses heads that do not fit", () => {
    expect(check({nHead: 3, nKvHead: 3})).toThrow(
      new RangeError("nEmbd is 16, which nHead 3 does not divide; each head needs the same width.")
    );
    expect(check({nKvHead: 3})).toThrow(
      new RangeError(
        "nHead is 4, which nKvHead 3 does not divide; each head of keys and values must serve as many heads of queries."
      )
    );
    expect(check({nKvHead: 8})).toThrow("nHead is 4, which nKvHead 8 does not divide");
    expect(check({position: "rope", nEmbd: 12})).toThrow(
      new RangeError(
        "nEmbd 12 over nHead 4 makes heads 3 wide; position rope turns pairs of numbers and needs an even width."
      )
    );
  });
});
