import type {ExperimentReport} from "../../experiment/protocol.js";
import {type Bench, type Combination, depthProfile} from "./bench.js";

/** One training run, as the chart shows it. */
export interface GradientRun {
  combination: Combination;
  bench: Bench;
  /** Whether it ran in the reader's browser or while the site was built. */
  isLive: boolean;
  /** Steps at which the gradient was measured, ascending. */
  measured: number[];
  /** For each of them the norm of the gradient, by block. */
  profiles: number[][];
  /** Training loss of the batch of step 1, 2, …, nats a token. */
  losses: number[];
  /** Loss on validation text before the first and after the last step. */
  validation: {step: number; loss: number}[];
}

export const emptyRun = (combination: Combination, bench: Bench, isLive: boolean): GradientRun => ({
  combination,
  bench,
  isLive,
  measured: [],
  profiles: [],
  losses: [],
  validation: []
});

/** The run with what a report adds to it; the same run where it adds nothing. */
export function record(run: GradientRun, report: ExperimentReport): GradientRun {
  switch (report.type) {
    case "gradients":
      return {
        ...run,
        measured: [...run.measured, report.step],
        profiles: [...run.profiles, depthProfile(report.norms, run.bench.nLayer).map(shorten)]
      };
    case "step":
      return {...run, losses: [...run.losses, shorten(report.loss)]};
    case "evaluated":
      return {
        ...run,
        validation: [...run.validation, {step: report.step, loss: shorten(report.validationLoss)}]
      };
    default:
      return run;
  }
}

/** The profile measured last at or before a step; null where there is none yet. */
export function profileAt(run: GradientRun, step: number): number[] | null {
  const index = run.measured.findLastIndex((measured) => measured <= step);
  return run.profiles[index] ?? null;
}

/** Losses averaged over runs of `width` steps, each at the middle of its steps. */
export function averagedLosses({losses}: GradientRun, width: number): {step: number; loss: number}[] {
  const points: {step: number; loss: number}[] = [];
  for (let i = 0; i < losses.length; i += width) {
    const part = losses.slice(i, i + width);
    points.push({
      step: i + (part.length + 1) / 2,
      loss: part.reduce((sum, loss) => sum + loss, 0) / part.length
    });
  }
  return points;
}

/** Four digits: more than a chart can show, and a sixth of the bytes. */
const shorten = (x: number): number => Number(x.toPrecision(4));
