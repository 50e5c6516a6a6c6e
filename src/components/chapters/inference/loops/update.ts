import type {ParameterData} from "../../../model/parameters.js";
import type {TrainConfig} from "../../../training/config.js";
import {isDecayed, type OptimiserState} from "../../../training/moments.js";
import {learningRateAt} from "../../../training/schedule.js";

/**
 * Clips the gradients by their global norm and updates the parameters in place by AdamW, in loops. `step` counts the
 * updates before. The formulas are those of `clipByGlobalNorm` and `adamW`.
 */
export function updateInLoops(
  parameters: ParameterData,
  gradients: ParameterData,
  {firstMoments, secondMoments}: OptimiserState,
  step: number,
  config: TrainConfig
): void {
  const {beta1, beta2, epsilon, weightDecay, clipNorm} = config;
  const rate = learningRateAt(step, config);
  const t = step + 1;
  let squares = 0;
  for (const {data} of Object.values(gradients)) for (const g of data) squares += g * g;
  const factor = Math.min(1, clipNorm / (Math.sqrt(squares) + 1e-6));
  for (const [name, {shape, data}] of Object.entries(parameters)) {
    const [g, m, v] = [gradients[name]!.data, firstMoments[name]!.data, secondMoments[name]!.data];
    const kept = isDecayed(shape) ? 1 - rate * weightDecay : 1;
    for (let i = 0; i < data.length; i++) {
      const clipped = g[i]! * factor;
      m[i] = beta1 * m[i]! + (1 - beta1) * clipped;
      v[i] = beta2 * v[i]! + (1 - beta2) * clipped ** 2;
      const change = m[i]! / (1 - beta1 ** t) / (Math.sqrt(v[i]! / (1 - beta2 ** t)) + epsilon);
      data[i] = kept * data[i]! - rate * change;
    }
  }
}
