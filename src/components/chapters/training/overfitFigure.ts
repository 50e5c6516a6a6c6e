import {html} from "htl";
import {messageOf} from "../../errorMessage.js";
import {Experiments} from "../../experiment/client.js";
import type {ExperimentReport} from "../../experiment/protocol.js";
import {button} from "../../studio/panels/panel.js";
import type {CorpusSource} from "../../training/protocol.js";
import {setText} from "../../views/figure.js";
import {formatCount, formatDuration, formatFixed, formatPlural} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {notice} from "../../views/notice.js";
import {progressBar} from "../../views/progressBar.js";
import {type NamedStyle, styleKey} from "./curveStyles.js";
import {engineInWords} from "./engineInWords.js";
import {lossPoints} from "./fittingFigure.js";
import type {TrialRecording} from "./recordedTrials.js";
import {ONE_BATCH} from "./trials.js";

export interface OverfitOptions {
  recording: TrialRecording;
  corpus: CorpusSource;
  /** For tests. */
  experiments?: Pick<Experiments, "run" | "stop" | "dispose">;
  now?: () => number;
}

type Points = (readonly [step: number, loss: number])[];

const STYLES = {
  batch: {name: "the batch, recorded", mark: "B", stroke: "var(--key)", dash: "7 3"},
  heldOut: {name: "held-out text, recorded", mark: "H", stroke: "var(--query)", dash: "2 2.5"},
  own: {name: "the batch, in this tab", mark: "Y", stroke: "var(--gradient)", dash: "none"}
} satisfies Record<string, NamedStyle>;
const {steps, batchSize} = ONE_BATCH.train;
/** Steps between two drawings of the reader's curve. */
const DRAWN = 5;
/** The top of the chart, above what a blind guess has. */
const TOP = 8;

/** A model that sees the same few windows at every step: recorded, and trained again by the reader. */
export function overfitFigure(options: OverfitOptions): HTMLElement & {dispose(): void} {
  const {recording, corpus, experiments = new Experiments(), now = () => performance.now()} = options;
  const {oneBatch, engine, corpus: text} = recording;
  let own: Points = [];
  const chart = lineChart(chartData(), {height: 280});
  const start = button("Train it here", () => void train());
  start.classList.add("button-primary");
  const stop = button("Stop", () => experiments.stop());
  const reset = button("Reset", () => {
    own = [];
    problem.replaceChildren();
    setText(state, "");
    reset.disabled = true;
    chart.update(chartData());
  });
  stop.disabled = true;
  reset.disabled = true;
  const progress = progressBar({label: "Training", done: 0, total: steps, unit: "steps"});
  progress.hidden = true;
  const state = html`<p class="figure-note" role="status"></p>`;
  const problem = html`<div></div>`;

  function chartData() {
    const recorded = lossPoints(oneBatch);
    const heldOut = oneBatch.curve.at(-1)!;
    const last = own.at(-1);
    return {
      label: "The loss of one batch that is trained on at every step, and of held-out text",
      x: {label: "step", min: 0, max: steps},
      y: {label: "loss, nats", min: 0, max: TOP},
      lines: [
        {...STYLES.batch, points: recorded},
        {...STYLES.heldOut, points: oneBatch.curve},
        ...(own.length > 0 ? [{...STYLES.own, points: own}] : [])
      ],
      reading: `Recorded: after ${steps} steps the batch has a loss of ${formatFixed(recorded.at(-1)![1], 3)} nats, held-out text ${formatFixed(heldOut[1], 2)}; a blind guess has ${formatFixed(Math.log(text.vocabSize), 2)}.${last ? ` In this tab: ${formatFixed(last[1], 3)} at step ${last[0]}.` : ""}`
    };
  }

  async function train(): Promise<void> {
    own = [];
    problem.replaceChildren();
    [start.disabled, stop.disabled, reset.disabled, progress.hidden] = [true, false, true, false];
    progress.update({label: "Starting", done: 0, total: steps, unit: "steps"});
    setText(state, "Starting: the engine and the text are being fetched …");
    let began = 0;
    try {
      const isComplete = await new Promise<boolean>((resolve, reject) => {
        experiments.run(
          {corpus, model: ONE_BATCH.model, train: ONE_BATCH.train},
          (report: ExperimentReport) => {
            if (report.type === "started") {
              began = now();
              setText(state, "Training here, in this tab …");
            } else if (report.type === "step") {
              own.push([report.step, report.loss]);
              if (report.step % DRAWN !== 0 && report.step !== steps) return;
              chart.update(chartData());
              const secondsLeft = ((now() - began) / 1000 / report.step) * (steps - report.step);
              progress.update({
                label: "Training",
                done: report.step,
                total: steps,
                unit: "steps",
                secondsLeft
              });
            } else if (report.type === "failed") reject(new Error(report.message));
            else if (report.type === "ended") resolve(report.isComplete);
          }
        );
      });
      const last = own.at(-1);
      if (!last) setText(state, "Stopped before the first step.");
      else if (isComplete)
        setText(
          state,
          `Learnt by heart in ${formatDuration((now() - began) / 1000)}, in this tab: a loss of ${formatFixed(last[1], 3)} nats.`
        );
      else
        setText(
          state,
          `Stopped after ${formatPlural(last[0], "step")}, at a loss of ${formatFixed(last[1], 3)} nats.`
        );
    } catch (error) {
      setText(state, "");
      problem.replaceChildren(notice({kind: "error", message: messageOf(error)}));
    }
    [start.disabled, stop.disabled, reset.disabled, progress.hidden] = [false, true, own.length === 0, true];
    chart.update(chartData());
  }

  const node = html`<figure class="figure overfit-figure" aria-label="Overfit one batch">
    <p class="legend">${Object.values(STYLES).map(styleKey)}</p>${chart}
    <p class="button-row">${start}${stop}${reset}</p>${state}${progress}${problem}
    <p class="figure-note">${formatCount(batchSize)} windows of ${ONE_BATCH.model.blockSize} tokens, the same at each step. Recorded on ${engineInWords(engine)}, text
      “${text.name}”; yours uses this site’s text.</p></figure>` as HTMLElement;
  return Object.assign(node, {dispose: () => experiments.dispose()});
}
