import type {ModelConfig} from "./config.js";

/** Parameters as plain arrays, by name, in the order in which data flows through the model. */
export type ParameterData = Record<string, {shape: number[]; data: Float32Array}>;

/**
 * Every parameter's name and shape. Names are Hugging Face GPT-2's, and weights are stored input × output,
 * so that a linear layer is x·W + b. The head has no weight of its own: it is the token table (weight tying,
 * Press & Wolf 2017).
 */
export function parameterShapes(config: ModelConfig): Record<string, number[]> {
  const {nLayer, nEmbd: C, nInner: F, blockSize, vocabSize: V} = config;
  const shapes: Record<string, number[]> = {
    "transformer.wte.weight": [V, C],
    "transformer.wpe.weight": [blockSize, C]
  };
  for (let i = 0; i < nLayer; i++) {
    const h = `transformer.h.${i}`;
    Object.assign(shapes, {
      [`${h}.ln_1.weight`]: [C],
      [`${h}.ln_1.bias`]: [C],
      [`${h}.attn.c_attn.weight`]: [C, 3 * C],
      [`${h}.attn.c_attn.bias`]: [3 * C],
      [`${h}.attn.c_proj.weight`]: [C, C],
      [`${h}.attn.c_proj.bias`]: [C],
      [`${h}.ln_2.weight`]: [C],
      [`${h}.ln_2.bias`]: [C],
      [`${h}.mlp.c_fc.weight`]: [C, F],
      [`${h}.mlp.c_fc.bias`]: [F],
      [`${h}.mlp.c_proj.weight`]: [F, C],
      [`${h}.mlp.c_proj.bias`]: [C]
    });
  }
  return Object.assign(shapes, {"transformer.ln_f.weight": [C], "transformer.ln_f.bias": [C]});
}

/** The number of trained scalars. */
export function parameterCount(config: ModelConfig): number {
  return Object.values(parameterShapes(config)).reduce(
    (sum, shape) => sum + shape.reduce((a, b) => a * b, 1),
    0
  );
}
