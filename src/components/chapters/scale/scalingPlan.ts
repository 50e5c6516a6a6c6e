import {type ModelConfig, modelConfig} from "../../model/config.js";
import type {TrainConfig} from "../../training/config.js";
import {presets} from "../../training/presets.js";
import {withSteps} from "../../training/withSteps.js";

/** One run of the scaling figure: a size of model and the tokens that it reads. */
export interface ScalingPoint {
  model: Omit<ModelConfig, "vocabSize">;
  train: TrainConfig;
}

const BLOCK = 128;
const BATCH = 8;
export const TOKENS_PER_STEP = BATCH * BLOCK;
/** How far the windows move on that measure the held-out loss: each token is predicted from at least half a window. */
export const STRIDE = BLOCK / 2;

/** Sizes that grow about fourfold in parameters, deeper as they grow wider. */
const shapes = [
  {nLayer: 1, nHead: 1, nEmbd: 8},
  {nLayer: 2, nHead: 2, nEmbd: 12},
  {nLayer: 2, nHead: 2, nEmbd: 24},
  {nLayer: 3, nHead: 4, nEmbd: 40},
  {nLayer: 4, nHead: 4, nEmbd: 64},
  {nLayer: 4, nHead: 4, nEmbd: 128}
] as const;

/** Tokens read in a whole run, each four times the one before. */
const lengths = [2 ** 17, 2 ** 19, 2 ** 21, 2 ** 23] as const;

/** Floating-point operations, about: runs of more take over a quarter of an hour on one core and are left out. */
const MOST_WORK = 2.5e12;

/** The longest runs, most of which read the text again and again, come after all others; the cheapest first. */
const rank = ({work, tokens}: {work: number; tokens: number}): number =>
  work + (tokens === lengths.at(-1) ? MOST_WORK : 0);

/**
 * The runs, in the order in which they are best made. Each has a schedule of its own that ends at its last token: a longer
 * run's loss half way is not that of a shorter run, whose learning rate has come down (Hoffmann et al. 2022).
 */
export function scalingPlan(): ScalingPoint[] {
  // Six operations for each parameter and token; a block has about 12·C² parameters.
  const points = shapes.flatMap((shape) =>
    lengths.map((tokens) => ({shape, tokens, work: shape.nLayer * shape.nEmbd ** 2 * 72 * tokens}))
  );
  return points
    .filter(({work}) => work < MOST_WORK)
    .sort((a, b) => rank(a) - rank(b))
    .map(({shape, tokens}) => {
      // A narrow model bears a higher rate; that of the preset "toy" belongs to a width of 64.
      const learningRate = Number((presets.toy.train.learningRate * Math.sqrt(64 / shape.nEmbd)).toFixed(5));
      const train = {
        ...presets.toy.train,
        batchSize: BATCH,
        learningRate,
        minLearningRate: learningRate / 10
      };
      return {
        // Rotary positions have no table, which would be most of the smallest model.
        model: modelConfig({...shape, nInner: 4 * shape.nEmbd, blockSize: BLOCK, position: "rope"}),
        train: withSteps(train, tokens / TOKENS_PER_STEP)
      };
    });
}
