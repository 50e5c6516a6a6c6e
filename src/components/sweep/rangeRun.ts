import type {Experiments} from "../experiment/client.js";
import type {ExperimentSettings} from "../experiment/protocol.js";
import {learningRateAt} from "../training/schedule.js";
import {hasExploded, type RangePoint, rangeTestConfig} from "./rangeTest.js";

export interface RangeRun {
  points: RangePoint[];
  /** Whether it went through or ended by itself at a loss that exploded, and not because it was stopped. */
  isComplete: boolean;
}

/**
 * Runs a learning-rate range test in the experiments' worker and ends it once the loss has exploded; `onPoint` hears of
 * each step. Rejects with a sentence where a setting is impossible or the worker fails.
 */
export function runRangeTest(
  experiments: Pick<Experiments, "run" | "stop">,
  settings: ExperimentSettings,
  range: {from: number; to: number; steps: number},
  onPoint: (points: readonly RangePoint[]) => void = () => {}
): Promise<RangeRun> {
  return new Promise((resolve, reject) => {
    const train = rangeTestConfig(settings.train, range);
    const points: RangePoint[] = [];
    let exploded = false;
    const take = (rate: number, loss: number) => {
      if (exploded) return;
      points.push({rate, loss});
      exploded = hasExploded(points);
      onPoint(points);
    };
    experiments.run({...settings, train}, (report) => {
      switch (report.type) {
        case "step":
          take(learningRateAt(report.step - 1, train), report.loss);
          if (exploded) experiments.stop();
          break;
        case "failed":
          if (!report.isDiverged) return reject(new Error(report.message));
          take(learningRateAt(points.length, train), Number.NaN);
          return resolve({points, isComplete: true});
        case "ended":
          resolve({points, isComplete: report.isComplete || exploded});
      }
    });
  });
}
