import type {Random} from "../random.js";
import type {ModelConfig} from "./config.js";
import {type ParameterData, parameterShapes} from "./parameters.js";

/** GPT-2's standard deviation of every weight. */
const DEVIATION = 0.02;

/**
 * GPT-2 initialisation (Radford et al. 2019): weights normal(0, 0.02), biases 0, gains 1; the projections that
 * add to the residual stream are scaled by 1/√(2L), so that 2L of them together keep its variance. Counts begin at 0.
 */
export function initialise(config: ModelConfig, random: Random): ParameterData {
  const parameters: ParameterData = {};
  for (const [name, shape] of Object.entries(parameterShapes(config))) {
    const size = shape.reduce((a, b) => a * b, 1);
    const data = new Float32Array(size);
    if (shape.length === 2 && !name.endsWith("counts")) {
      const isResidual = config.residual && name.endsWith("c_proj.weight");
      const deviation = isResidual ? DEVIATION / Math.sqrt(2 * config.nLayer) : DEVIATION;
      for (let i = 0; i < size; i++) data[i] = deviation * random.normal();
    } else if (name.endsWith("weight")) data.fill(1);
    parameters[name] = {shape, data};
  }
  return parameters;
}
