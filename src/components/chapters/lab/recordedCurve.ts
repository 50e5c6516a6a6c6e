import {html} from "htl";
import type {RunRecord} from "../../exchange/runRecord.js";
import {modelName} from "../../model/configDifference.js";
import {parameterCount} from "../../model/parameters.js";
import {formatCount, formatDuration, formatFixed, formatPlural} from "../../views/format.js";
import {type ChartLine, lineChart} from "../../views/lineChart.js";
import {averagePoints, type Point, validationPoints} from "../../views/lossData.js";

const HEIGHT = 220;

/** What a finished run looks like: the recorded curve of the model that ships, losses in nats a token, `unit` in words. */
export function recordedCurve(run: RunRecord, unit: string): HTMLElement {
  const {config, corpus, steps} = run;
  const train = averagePoints(run.history, 120);
  const validation = validationPoints(run.history);
  const floor = corpus.floor?.val ?? null;
  const blind = Math.log(config.vocabSize);
  const across = (loss: number): ChartLine["points"] => [
    [0, loss],
    [steps, loss]
  ];
  const lines: ChartLine[] = [
    {name: "validation", stroke: "var(--surprise)", width: 3, points: validation.map(pair)},
    {name: "training", stroke: "var(--query)", width: 1.25, points: train.map(pair)},
    ...(floor === null
      ? []
      : [{name: "floor", stroke: "var(--value)", dash: "4 3", width: 1.5, points: across(floor)}])
  ];
  const end = validation.at(-1);
  const measured = end ? `: its validation loss came down to ${formatFixed(end.loss, 3)} nats` : "";
  const least =
    floor === null ? "" : `; the dashed line, ${formatFixed(floor, 3)}, is the least there can be`;
  const chart = lineChart(
    {
      label: "Training and validation loss of the recorded run by steps",
      x: {label: "steps", min: 0, max: steps},
      y: {label: `loss, nats a ${unit}`, min: 0, max: Math.max(blind, ...train.map(({loss}) => loss))},
      lines,
      reading: `${formatPlural(steps, "step")}${measured}. A blind guess costs ${formatFixed(blind, 2)}${least}.`
    },
    {height: HEIGHT}
  );
  return html`<figure class="figure recorded-curve">
    <figcaption class="figure-title">A recorded run: the model of this site</figcaption>
    <p class="legend"><span class="line-key line-train"></span>training
      <span class="line-key line-validation"></span>validation</p>
    ${chart}
    <p class="figure-note">${modelName(config)} of ${formatCount(parameterCount(config))} parameters, trained on the text “${corpus.name}”
      in ${formatDuration(run.seconds)} (engine: ${run.adapter}). Yours will be drawn like this.</p>
  </figure>` as HTMLElement;
}

const pair = ({step, loss}: Point) => [step, loss] as const;

/** How far down a recorded run was, and when. */
export interface Halfway {
  /** The loss of a blind guess, ln V, and what the run came down to, nats a token. */
  blind: number;
  end: number;
  /** The first measured step with half of that way behind it. */
  step: number;
  steps: number;
}

/** When half of the way from a blind guess was done; null where nobody measured that. */
export function halfway({
  config,
  history,
  steps
}: Pick<RunRecord, "config" | "history" | "steps">): Halfway | null {
  const measured = validationPoints(history);
  const [blind, end] = [Math.log(config.vocabSize), measured.at(-1)?.loss];
  const first = measured.find(({loss}) => end !== undefined && loss <= (blind + end) / 2);
  return end === undefined || !first ? null : {blind, end, step: first.step, steps};
}

/** Which of some shares of all steps is nearest to where half of the way was done, in ratio. */
export function nearestShare({step, steps}: Halfway, shares: readonly number[]): number {
  const apart = (share: number) => Math.abs(Math.log(Math.max(step, 1) / steps / share));
  return shares.reduce((best, share, i) => (apart(share) < apart(shares[best]!) ? i : best), 0);
}
