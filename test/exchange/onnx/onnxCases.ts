import fc from "fast-check";
import {choices, type ModelConfig, modelConfig} from "../../../src/components/model/config.js";
import {initialise} from "../../../src/components/model/initialise.js";
import type {ParameterData} from "../../../src/components/model/parameters.js";
import {createRandom} from "../../../src/components/random.js";
import {run, tokenizer} from "../../fixtures/model.js";

const size = {
  nLayer: 2,
  nHead: 4,
  nEmbd: 16,
  nInner: 20,
  blockSize: 9,
  vocabSize: tokenizer.vocabulary.length
};

const named: Partial<ModelConfig>[] = [
  {},
  ...choices.architecture.map((architecture) => ({architecture})),
  ...choices.position.map((position) => ({position})),
  ...choices.position.map((position) => ({position, architecture: "attention" as const})),
  ...choices.norm.flatMap((norm) => choices.normPlacement.map((normPlacement) => ({norm, normPlacement}))),
  {norm: "layerNorm", bias: false},
  ...choices.activation.map((activation) => ({activation})),
  ...choices.activation.map((activation) => ({activation, architecture: "mlp" as const})),
  {causal: false},
  {causal: false, position: "alibi"},
  {nKvHead: 2},
  {nKvHead: 1, position: "rope"},
  {position: "alibi", nHead: 3, nKvHead: 3, nEmbd: 12},
  {position: "rope", blockSize: 200},
  {position: "sinusoidal", blockSize: 200},
  {residual: false},
  {residual: false, architecture: "attention"},
  {bias: false},
  {tiedHead: false},
  {architecture: "mlp", windowSize: 1},
  {architecture: "mlp", windowSize: 12},
  {architecture: "neuralBigram", bias: false, tiedHead: false},
  {architecture: "bigram", smoothing: 1},
  {position: "rope", norm: "rmsNorm", activation: "swiGlu", bias: false, nKvHead: 2}
];

/** Any combination of everything, impossible ones left out. */
const anyConfig: fc.Arbitrary<ModelConfig> = fc
  .record({
    architecture: fc.constantFrom("transformer", "transformer", "transformer", "attention", "mlp"),
    nLayer: fc.integer({min: 1, max: 3}),
    nKvHead: fc.constantFrom(1, 2, 3),
    groups: fc.integer({min: 1, max: 3}),
    headWidth: fc.constantFrom(2, 4, 6),
    nInner: fc.integer({min: 8, max: 24}),
    blockSize: fc.integer({min: 1, max: 12}),
    position: fc.constantFrom(...choices.position),
    norm: fc.constantFrom(...choices.norm),
    normPlacement: fc.constantFrom(...choices.normPlacement),
    activation: fc.constantFrom(...choices.activation),
    causal: fc.boolean(),
    residual: fc.boolean(),
    bias: fc.boolean(),
    tiedHead: fc.boolean(),
    windowSize: fc.integer({min: 1, max: 10})
  })
  .map(({groups, headWidth, ...config}) => {
    const nHead = config.nKvHead * groups;
    return modelConfig({...config, nHead, nEmbd: nHead * headWidth, vocabSize: size.vocabSize});
  });

export interface OnnxCase {
  title: string;
  config: ModelConfig;
  /** Of its parameters. */
  seed: number;
}

/** Every choice by itself, and forty combinations. */
export const cases: OnnxCase[] = [
  ...named.map((change) => ({title: JSON.stringify(change), config: modelConfig({...size, ...change})})),
  ...fc
    .sample(anyConfig, {seed: 3, numRuns: 40})
    .map((config, i) => ({title: `combination ${i}: ${JSON.stringify(config)}`, config}))
].map((one, seed) => ({...one, seed}));

/**
 * Parameters of a model that has learnt something: GPT-2's first weights are so small that attention is nearly even
 * and GELU nearly a line, so they are made 22 times as large, and biases, gains and counts are moved.
 */
export function learntParameters(config: ModelConfig, seed: number): ParameterData {
  const random = createRandom(seed);
  const parameters = initialise(config, random);
  for (const [name, {shape, data}] of Object.entries(parameters))
    for (let i = 0; i < data.length; i++) {
      if (name.endsWith("counts")) data[i] = random.integer(6);
      else if (shape.length === 2) data[i]! *= 22;
      else data[i]! += 0.3 * random.normal();
    }
  return parameters;
}

/** The case as `toOnnx` takes it. */
export const caseFile = (config: ModelConfig, seed: number) => ({
  config,
  parameters: learntParameters(config, seed),
  metadata: {tokenizer: tokenizer.toJSON(), run: {...run, config}}
});
