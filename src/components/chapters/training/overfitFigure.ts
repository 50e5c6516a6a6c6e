import {html} from "htl";
import {engineInWords} from "../../views/engineInWords.js";
import {formatCount, formatFixed} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {type NamedStyle, styleKey} from "./curveStyles.js";
import {lossPoints} from "./fittingFigure.js";
import type {TrialRecording} from "./recordedTrials.js";
import {type LiveTrial, type TrialPanelOptions, trialPanel} from "./trialPanel.js";
import {ONE_BATCH} from "./trials.js";

export interface OverfitOptions extends Pick<TrialPanelOptions, "corpus" | "experiments" | "now"> {
  recording: TrialRecording;
}

const STYLES = {
  batch: {name: "the batch, recorded", mark: "B", stroke: "var(--key)", dash: "7 3"},
  heldOut: {name: "held-out text, recorded", mark: "H", stroke: "var(--query)", dash: "2 2.5"},
  own: {name: "the batch, in this tab", mark: "Y", stroke: "var(--gradient)", dash: "none"}
} satisfies Record<string, NamedStyle>;
const {steps, batchSize} = ONE_BATCH.train;
/** The top of the chart, above what a blind guess has. */
const TOP = 8;

/** A model that sees the same few windows at every step: recorded, and trained again by the reader. */
export function overfitFigure({recording, ...place}: OverfitOptions): HTMLElement & {dispose(): void} {
  const {oneBatch, engine, corpus: text} = recording;
  const chart = lineChart(chartData(null), {height: 280});
  const panel = trialPanel({
    ...place,
    trial: () => ONE_BATCH,
    onChange: (run) => chart.update(chartData(run))
  });

  function chartData(run: LiveTrial | null) {
    const recorded = lossPoints(oneBatch);
    const heldOut = oneBatch.curve.at(-1)!;
    const own = run?.losses ?? [];
    const last = own.at(-1);
    return {
      label: "The loss of one batch that is trained on at every step, and of held-out text",
      x: {label: "step", min: 0, max: steps},
      y: {label: "loss, nats", min: 0, max: TOP},
      lines: [
        {...STYLES.batch, points: recorded},
        {...STYLES.heldOut, points: oneBatch.curve},
        ...(last ? [{...STYLES.own, points: own}] : [])
      ],
      reading: `Recorded: after ${steps} steps the batch has a loss of ${formatFixed(recorded.at(-1)![1], 3)} nats, held-out text ${formatFixed(heldOut[1], 2)}; a blind guess has ${formatFixed(Math.log(text.vocabSize), 2)}.${last ? ` In this tab: ${formatFixed(last[1], 3)} at step ${last[0]}.` : ""}`
    };
  }

  const node = html`<figure class="figure overfit-figure" aria-label="Overfit one batch">
    <p class="legend">${Object.values(STYLES).map(styleKey)}</p>${chart}${panel}
    <p class="figure-note">${formatCount(batchSize)} windows of ${ONE_BATCH.model.blockSize} tokens, the same at each step. Recorded on ${engineInWords(engine)}, text
      “${text.name}”; yours learns from the text that this site was built with.</p></figure>` as HTMLElement;
  return Object.assign(node, {dispose: () => panel.dispose()});
}
