import {devices} from "./devices.js";
import {publicShapes} from "./publicShapes.js";
import type {Serving} from "./servingCost.js";

/** The model and the device that the calculator opens with, and of which the prose speaks. */
export const OPENING = {model: "Llama 2 7B", device: "NVIDIA A100 80 GB"} as const;

/** One text on them, in 16 bits. */
export function openingServing(): Serving {
  const {config} = publicShapes.find(({name}) => name === OPENING.model)!;
  const device = devices.find(({name}) => name === OPENING.device)!;
  return {config, device, weightBits: 16, cacheBits: 16, context: 2048, batch: 1};
}
