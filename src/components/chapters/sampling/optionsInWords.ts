import type {SamplingOptions} from "../../generation/distribution.js";
import {formatCount, formatFixed} from "../../views/format.js";

/** "temperature 0.80, top-k 12, top-p 0.90": what is set, without what does nothing. */
export function optionsInWords({temperature, topK, topP, minP = 0}: SamplingOptions): string {
  if (temperature === 0) return "temperature 0, which is greedy";
  const cuts = [
    ...(topK ? [`top-k ${formatCount(topK)}`] : []),
    ...(topP < 1 ? [`top-p ${formatFixed(topP, 2)}`] : []),
    ...(minP > 0 ? [`min-p ${formatFixed(minP, 2)}`] : [])
  ];
  return [`temperature ${formatFixed(temperature, 2)}`, ...(cuts.length > 0 ? cuts : ["nothing cut"])].join(
    ", "
  );
}
