import type {BlockPage} from "../../../data/block.json.js";
import type {Prediction} from "../../book/predict.js";
import {EPSILON} from "../../ops/epsilon.js";
import {presets} from "../../training/presets.js";
import {formatFixed} from "../../views/format.js";
import {type Combination, combinations, isSame, LONG, nameOf, RECORDED} from "./bench.js";
import {formatPower} from "./formatPower.js";
import type {GradientRun} from "./gradientRun.js";
import {formatKept, readRun} from "./gradientTable.js";
import {streamMeans} from "./streamFigure.js";

/** The numbers of the chapter's prose, from what the build has computed. */
export interface BlockFacts {
  preKept: string;
  postKept: string;
  plainKept: string;
  plainFirst: string;
  plainLast: string;
  frequencyLoss: string;
  /** What the long runs came to, in sentences; empty where none are recorded of this text. */
  long: string;
  /** The largest difference between GELU's two forms. */
  geluError: string;
  epsilon: string;
  /** What AdamW adds to what it divides a gradient by. */
  adamEpsilon: string;
  /** What the stream does in the site's model; empty where there is none. */
  stream: string;
}

/** Throws RangeError where a run is missing that the prose speaks of. */
export function blockFacts({runs, frequencyLoss, activations, line, longLosses}: BlockPage): BlockFacts {
  const at = (residual: boolean, normPlacement: Combination["normPlacement"]) =>
    reading(runs, {residual, normPlacement, norm: "layerNorm"}, RECORDED.steps);
  const plain = at(false, "pre");
  const curve = (name: string) => activations.curves.find((curve) => curve.name === name)!.value;
  const exact = curve("GELU, exact");
  const means = line && streamMeans(line.trace.stages);
  return {
    preKept: formatKept(at(true, "pre").kept),
    postKept: formatKept(at(true, "post").kept),
    plainKept: formatKept(plain.kept),
    plainFirst: formatPower(plain.first),
    plainLast: formatPower(plain.last),
    frequencyLoss: formatFixed(frequencyLoss, 2),
    long: longLosses ? longSentence(longLosses, frequencyLoss) : "",
    geluError: formatFixed(Math.max(...curve("GELU").map((value, i) => Math.abs(value - exact[i]!))), 4),
    epsilon: formatPower(EPSILON),
    adamEpsilon: formatPower(presets.toy.train.epsilon),
    stream: means
      ? `Averaged over the line, it enters with length ${formatFixed(means.first, 1)} and leaves with ${formatFixed(means.last, 1)}; ${means.most} adds most, ${formatFixed(means.added, 1)}.`
      : ""
  };
}

/** What the longer runs reached, with residuals and without. */
function longSentence(losses: Record<string, number>, frequencyLoss: number): string {
  const at = (residual: boolean, normPlacement: Combination["normPlacement"]) =>
    losses[nameOf({residual, normPlacement, norm: "layerNorm"})] ?? Number.NaN;
  const pair = (residual: boolean) =>
    `${formatFixed(at(residual, "pre"), 2)} (Pre-LN) and ${formatFixed(at(residual, "post"), 2)} (Post-LN)`;
  return `After ${LONG.steps} steps the two stacks with residuals have reached losses of ${pair(true)} nats a token on text that they were not trained on, those without ${pair(false)}. To guess by how common each token is costs ${formatFixed(frequencyLoss, 2)}.`;
}

/** The chapter's prediction: which recorded run has the smallest gradient at block 1 before the first step? */
export function firstBlockPrediction(runs: readonly GradientRun[]): Prediction {
  const all = combinations("layerNorm");
  const norms = all.map((combination) => reading(runs, combination, 0).first);
  return {
    question:
      "The figure shows the model after some steps. Go back to its very start, with LayerNorm and the first weights: which of the four has the smallest gradient at block 1?",
    choices: all.map(nameOf),
    right: norms.indexOf(Math.min(...norms)),
    because: `At step 0 the norms are: ${all.map((one, i) => `${nameOf(one)} ${formatPower(norms[i]!)}`).join("; ")}. The figure above now shows that moment. The size of one gradient says little: AdamW divides it out. What says more is whether all blocks get a share, and go on getting it: move the step and see which curves stay level.`
  };
}

function reading(runs: readonly GradientRun[], wanted: Combination, step: number) {
  const run = runs.find(({combination}) => isSame(combination, wanted));
  const found = run && readRun(run, step);
  if (!found) throw new RangeError(`There is no recorded run with ${nameOf(wanted)} at step ${step}.`);
  return found;
}
