import type {Random} from "../random.js";
import type {ModelConfig} from "./config.js";
import {type ParameterData, parameterShapes} from "./parameters.js";

/** GPT-2's standard deviation of every weight. */
const DEVIATION = 0.02;

/**
 * GPT-2 initialisation (Radford et al. 2019): weights normal(0, 0.02), biases 0, gains 1; the 2L projections
 * of a transformer that add to the residual stream are scaled by 1/√(2L), so that together they keep its variance.
 * Counts begin at 0.
 */
export function initialise(config: ModelConfig, random: Random): ParameterData {
  const parameters: ParameterData = {};
  const additions = config.residual && config.architecture === "transformer" ? 2 * config.nLayer : 1;
  for (const [name, shape] of Object.entries(parameterShapes(config))) {
    const size = shape.reduce((a, b) => a * b, 1);
    const data = new Float32Array(size);
    if (shape.length === 2 && !name.endsWith("counts")) {
      const deviation = name.endsWith("c_proj.weight") ? DEVIATION / Math.sqrt(additions) : DEVIATION;
      for (let i = 0; i < size; i++) data[i] = deviation * random.normal();
    } else if (name.endsWith("weight")) data.fill(1);
    parameters[name] = {shape, data};
  }
  return parameters;
}
