import type {Figure} from "../views/figure.js";
import {formatFixed} from "../views/format.js";
import {type LineChartData, lineChart} from "../views/lineChart.js";
import type {ComparedStep} from "./comparedRun.js";

export interface LossComparisonData {
  /** The team's name: "4 workers". */
  team: string;
  steps: readonly ComparedStep[];
  /** The last step of the run. */
  last: number;
}

/** The loss of a team and of one worker on one chart; where they are the same, the broken line lies on the whole one. */
export function lossComparison(data: LossComparisonData): Figure<LossComparisonData> {
  const chart = lineChart(chartOf(data));
  return Object.assign(chart as HTMLElement, {
    update: (
      (update) => (next: LossComparisonData) =>
        update(chartOf(next))
    )(chart.update)
  });
}

function chartOf({team, steps, last}: LossComparisonData): LineChartData {
  const losses = steps.flatMap(({loss, aloneLoss}) => [loss, aloneLoss]);
  const [least, most] = losses.length > 0 ? [Math.min(...losses), Math.max(...losses)] : [0, 1];
  const room = Math.max(0.05, 0.1 * (most - least));
  const end = steps.at(-1);
  return {
    label: `Loss of ${team} and of one worker by step`,
    x: {label: "step", min: 1, max: Math.max(2, last)},
    y: {label: "loss, nats", min: least - room, max: most + room},
    lines: [
      {
        name: "one worker",
        mark: "1",
        stroke: "var(--ink-soft)",
        width: 5,
        points: steps.map(({step, aloneLoss}) => [step, aloneLoss])
      },
      {
        name: team,
        mark: "k",
        stroke: "var(--query)",
        dash: "6 5",
        width: 2.5,
        points: steps.map(({step, loss}) => [step, loss])
      }
    ],
    reading: end
      ? `Broken line, k: ${team}, ${formatFixed(end.loss, 4)} nats at step ${end.step}. Thick line, 1: one worker, ${formatFixed(end.aloneLoss, 4)}.`
      : ""
  };
}
