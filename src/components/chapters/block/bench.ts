import type {ExperimentSettings} from "../../experiment/protocol.js";
import {type ModelConfig, modelConfig} from "../../model/config.js";
import {presets} from "../../training/presets.js";
import type {CorpusSource} from "../../training/protocol.js";
import {withSteps} from "../../training/withSteps.js";

/** What the chapter's experiment varies; everything else of the model stays. */
export type Combination = Pick<ModelConfig, "residual" | "normPlacement" | "norm">;

/** What a reader may change of the run itself. */
export interface Bench {
  /** Blocks (L). */
  nLayer: number;
  learningRate: number;
  steps: number;
}

/** The run that the site's build records: deep, so that gradients have far to go, and narrow, so that it is quick. */
export const RECORDED: Bench = {nLayer: 12, learningRate: 3e-3, steps: 32};
/** Long enough for the losses of the four to part: recorded once, since it takes minutes. */
export const LONG: Bench = {...RECORDED, steps: 480};
const SIZE = {nHead: 2, nEmbd: 16, nInner: 64, blockSize: 16};
const BATCH = 8;

/** The combinations that one chart compares; without a norm there is no place to put it. */
export function combinations(norm: ModelConfig["norm"]): Combination[] {
  const placements = norm === "none" ? (["pre"] as const) : (["pre", "post"] as const);
  return [true, false].flatMap((residual) =>
    placements.map((normPlacement): Combination => ({residual, normPlacement, norm}))
  );
}

/** A combination's name within its chart: "residuals, Pre-LN". */
export function nameOf({residual, normPlacement, norm}: Combination): string {
  const placement = norm === "none" ? "no norm" : normPlacement === "pre" ? "Pre-LN" : "Post-LN";
  return `${residual ? "residuals" : "no residuals"}, ${placement}`;
}

export const isSame = (a: Combination, b: Combination): boolean =>
  a.norm === b.norm &&
  a.residual === b.residual &&
  (a.normPlacement === b.normPlacement || a.norm === "none");

/** Steps between two measurements of the gradient: about two dozen in a run, as few as four steps apart. */
export const gradientInterval = (steps: number): number => 4 * Math.max(1, Math.ceil(steps / 96));

/** One run of the experiment. */
export function benchSettings(
  combination: Combination,
  {nLayer, learningRate, steps}: Bench,
  corpus: CorpusSource
): ExperimentSettings {
  return {
    corpus,
    model: modelConfig({...SIZE, ...combination, nLayer}),
    train: {
      ...withSteps(presets.toy.train, steps),
      batchSize: BATCH,
      learningRate,
      minLearningRate: learningRate / 10,
      evalInterval: steps,
      evalBatches: 10
    },
    gradientInterval: gradientInterval(steps)
  };
}

/** For prose: the sizes of the model that is trained. */
export const BENCH_SIZE = {...SIZE, batchSize: BATCH};

const MATRICES = ["attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"];

/**
 * For each block the Euclidean norm of the gradient of its four weight matrices taken together, from the norms of the
 * single ones by parameter name. Throws RangeError where one is missing.
 */
export function depthProfile(norms: Readonly<Record<string, number>>, nLayer: number): number[] {
  return Array.from({length: nLayer}, (_, i) =>
    Math.hypot(
      ...MATRICES.map((matrix) => {
        const name = `transformer.h.${i}.${matrix}.weight`;
        const norm = norms[name];
        if (norm === undefined) throw new RangeError(`No gradient was measured for ${name}.`);
        return norm;
      })
    )
  );
}
