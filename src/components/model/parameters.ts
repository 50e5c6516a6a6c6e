import type {ModelConfig} from "./config.js";

/** Parameters as plain arrays, by name, in the order in which data flows through the model. */
export type ParameterData = Record<string, {shape: number[]; data: Float32Array}>;

type Shapes = Record<string, number[]>;

/**
 * Every parameter's name and shape. Names are Hugging Face GPT-2's where GPT-2 has the part, and weights are stored
 * input × output, so that a linear layer is x·W + b; the head, like the token table that it may be, is [V, C].
 */
export function parameterShapes(config: ModelConfig): Shapes {
  const {nEmbd: C, vocabSize: V} = config;
  const tokens: Shapes = {"transformer.wte.weight": [V, C]};
  const head: Shapes = config.tiedHead ? {} : {"lm_head.weight": [V, C]};
  switch (config.architecture) {
    case "transformer":
      return {
        ...tokens,
        ...positionShapes(config),
        ...blockShapes(config),
        ...(config.normPlacement === "pre" && normShapes(config, "transformer.ln_f")),
        ...head
      };
    case "attention":
      return {
        ...tokens,
        ...positionShapes(config),
        ...attentionShapes({...config, nHead: 1, nKvHead: 1}, "transformer.h.0.attn"),
        ...head
      };
    case "mlp":
      return {
        ...tokens,
        ...hiddenShapes(config, "transformer.h.0.mlp", config.windowSize * C),
        "lm_head.weight": [V, config.nInner]
      };
    case "neuralBigram":
      return {...tokens, ...linearShapes(config, "transformer.h.0.mlp.c_proj", C, C), ...head};
    case "bigram":
      return {"bigram.counts": [V, V]};
  }
}

function positionShapes({position, blockSize, nEmbd: C}: ModelConfig): Shapes {
  return position === "learned" ? {"transformer.wpe.weight": [blockSize, C]} : {};
}

function blockShapes(config: ModelConfig): Shapes {
  const {nEmbd: C, nInner: F} = config;
  const shapes: Shapes = {};
  for (let i = 0; i < config.nLayer; i++) {
    const h = `transformer.h.${i}`;
    Object.assign(
      shapes,
      normShapes(config, `${h}.ln_1`),
      attentionShapes(config, `${h}.attn`),
      normShapes(config, `${h}.ln_2`),
      hiddenShapes(config, `${h}.mlp`, C),
      linearShapes(config, `${h}.mlp.c_proj`, F, C)
    );
  }
  return shapes;
}

/** Queries for every head, keys and values for every head that has its own, side by side; then the way back. */
function attentionShapes(config: ModelConfig, name: string): Shapes {
  const {nEmbd: C, nHead: H, nKvHead: K} = config;
  return {
    ...linearShapes(config, `${name}.c_attn`, C, ((H + 2 * K) * C) / H),
    ...linearShapes(config, `${name}.c_proj`, C, C)
  };
}

function hiddenShapes(config: ModelConfig, name: string, inputs: number): Shapes {
  const {nInner: F, activation} = config;
  return {
    ...(activation === "swiGlu" && linearShapes(config, `${name}.c_gate`, inputs, F)),
    ...linearShapes(config, `${name}.c_fc`, inputs, F)
  };
}

function linearShapes({bias}: ModelConfig, name: string, inputs: number, outputs: number): Shapes {
  return {[`${name}.weight`]: [inputs, outputs], ...(bias && {[`${name}.bias`]: [outputs]})};
}

function normShapes({norm, bias, nEmbd: C}: ModelConfig, name: string): Shapes {
  if (norm === "none") return {};
  return {[`${name}.weight`]: [C], ...(norm === "layerNorm" && bias && {[`${name}.bias`]: [C]})};
}

/** The number of trained scalars. */
export function parameterCount(config: ModelConfig): number {
  return Object.values(parameterShapes(config)).reduce(
    (sum, shape) => sum + shape.reduce((a, b) => a * b, 1),
    0
  );
}

/** As many zeros, by the same names and in the same shapes. */
export function zerosLike(parameters: ParameterData): ParameterData {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, {shape, data}]) => [
      name,
      {shape, data: new Float32Array(data.length)}
    ])
  );
}
