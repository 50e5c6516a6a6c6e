import {
  lineTrace,
  type TracedModel,
  traceNames
} from "../../../src/components/chapters/attention/lineTrace.js";
import {createRandom} from "../../../src/components/random.js";

export const model: TracedModel = {
  nLayer: 2,
  nHead: 2,
  nKvHead: 2,
  nEmbd: 8,
  causal: true,
  norm: "layerNorm",
  normPlacement: "pre",
  position: "learned"
};

/** A line of a model with random queries, keys and values, for figures. */
export function randomTrace(tokens: readonly string[], seed = 1, settings = model) {
  const random = createRandom(seed);
  const {nEmbd: C} = settings;
  const inspection = Object.fromEntries(
    traceNames(settings).map((name) => [
      name,
      {shape: [], data: Float32Array.from({length: tokens.length * C}, () => 2 * random.normal())}
    ])
  );
  return lineTrace(inspection, tokens, settings);
}
