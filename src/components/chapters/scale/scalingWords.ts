import {formatCount, formatDuration, formatFixed, formatPercent} from "../../views/format.js";
import {formatPower} from "../block/formatPower.js";
import {short} from "./scalingAxes.js";
import {computeOptimal, fitPower} from "./scalingFit.js";
import type {ScalingRecord, ScalingRun} from "./scalingRuns.js";

/** What the lines and the rings show, in sentences. */
export function frontSentence(runs: readonly ScalingRun[], {floor}: ScalingRecord): string {
  const front = computeOptimal(runs);
  const law = fitPower(front.map(({flops, loss}) => [flops, loss - floor]));
  return (
    `A line joins runs that differ in nothing but what is along the bottom; beside it is what they share. No cheaper run beats the ${formatCount(front.length)} with a ring (on the axis of computing). ` +
    `The broken line through them falls as computing to the power −${formatFixed(law.exponent, 2)}: ten times as much leaves ${formatPercent(10 ** -law.exponent)} of the excess over the floor. They are off it by ${formatPercent(law.residual)} (root mean square).`
  );
}

/** One run in words. */
export function runSentence(run: ScalingRun, {floor, corpus}: ScalingRecord): string {
  const {nLayer, nEmbd, parameters, tokens, flops, loss, seconds} = run;
  const epochs = tokens / corpus.trainTokens;
  return (
    `${formatCount(parameters)} parameters (${nLayer} × ${nEmbd}) after ${short(tokens)} tokens, ${formatFixed(epochs, epochs < 1 ? 2 : 1)} epochs: ` +
    `held-out loss ${formatFixed(loss, 3)} nats, which is ${formatFixed(loss - floor, 3)} above the floor of ${formatFixed(floor, 3)}. ` +
    `It took ${formatPower(flops)} FLOP and ${formatDuration(seconds)}.`
  );
}
