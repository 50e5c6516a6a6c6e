import type {TrainConfig} from "./config.js";

type Schedule = Pick<TrainConfig, "schedule" | "learningRate" | "minLearningRate" | "warmupSteps" | "steps">;

/**
 * The learning rate η of update `step`, counted from 0. A linear warm-up leads to the peak; from there it
 *
 * - stays: "constant";
 * - falls to the minimum at the last step along a line, "linear", or half a cosine, "cosine" (Loshchilov & Hutter 2017,
 *   without restarts; nanoGPT's arrangement);
 * - falls as 1/√step, "inverseSquareRoot" (Vaswani et al. 2017), but never below the minimum.
 *
 * "oneCycle" rises and falls by cosines, from a 25th of the peak up and down to the minimum (Smith & Topin 2018; the shape
 * is PyTorch's). "rangeTest" multiplies its way from the minimum up to the peak, to find where learning breaks (Smith
 * 2017).
 */
export function learningRateAt(
  step: number,
  {schedule, learningRate: peak, minLearningRate: least, warmupSteps, steps}: Schedule
): number {
  const along = Math.min(1, step / Math.max(1, steps - 1)); // 0 … 1 over the run
  if (schedule === "rangeTest") return least * (peak / least) ** along;
  if (schedule === "oneCycle") {
    const turn = Math.max(1, warmupSteps);
    if (step < turn) return cosine(peak / INITIAL_SHARE, peak, step / turn);
    return cosine(peak, least, Math.min(1, (step - turn) / Math.max(1, steps - 1 - turn)));
  }
  if (step < warmupSteps) return (peak * (step + 1)) / (warmupSteps + 1);
  if (schedule === "constant") return peak;
  if (schedule === "inverseSquareRoot") {
    const start = Math.max(1, warmupSteps);
    return Math.max(least, peak * Math.sqrt(start / Math.max(start, step)));
  }
  if (step >= steps) return least;
  const progress = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  return schedule === "linear" ? peak + progress * (least - peak) : cosine(peak, least, progress);
}

/** The peak over the first rate of a one-cycle schedule: PyTorch's default. */
const INITIAL_SHARE = 25;

/** From `from` to `to` along half a cosine; `along` from 0 to 1. */
const cosine = (from: number, to: number, along: number): number =>
  to + 0.5 * (1 + Math.cos(Math.PI * along)) * (from - to);
