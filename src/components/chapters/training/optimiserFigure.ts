import {html} from "htl";
import {setText} from "../../views/figure.js";
import {formatCount, formatFixed} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {plainTable} from "../../views/plainTable.js";
import {RULE_STYLES, ruleKey} from "./curveStyles.js";
import {engineInWords} from "./engineInWords.js";
import {formatRate} from "./formatSmall.js";
import {bestOf, endOf, type TrialRecording} from "./recordedTrials.js";
import {OPTIMISERS, optimiserTrial, RATES} from "./trials.js";

/** Losses above this are drawn at the top: what such a run has learnt is nothing. */
const TOP = 4.5;

/** The optimisers on one model: where each ends at every rate, and the curve of each at its best. */
export function optimiserFigure({optimisers, corpus, engine}: TrialRecording): HTMLElement {
  const best = optimisers.map(bestOf);
  const {steps, batchSize} = optimiserTrial("adamW", RATES[0]).train;
  const {blockSize} = optimiserTrial("adamW", RATES[0]).model;
  const power = (rate: number) => Math.log10(rate);
  const byRate = lineChart(
    {
      label: `Held-out loss after ${steps} steps of five optimisers, by learning rate`,
      x: {
        label: "peak learning rate",
        min: power(RATES[0]),
        max: power(RATES.at(-1)!),
        ticks: RATES.filter((_, i) => i % 2 === 1).map((rate) => ({at: power(rate), text: formatRate(rate)}))
      },
      y: {label: "held-out loss at the end, nats", min: 1, max: TOP},
      lines: OPTIMISERS.map((rule, i) => ({
        ...RULE_STYLES[rule],
        points: optimisers[i]!.map((result, j) => [power(RATES[j]!), Math.min(TOP, endOf(result))] as const)
      })),
      dots: OPTIMISERS.map((rule, i) => ({
        x: power(RATES[best[i]!]!),
        y: endOf(optimisers[i]![best[i]!]!),
        fill: RULE_STYLES[rule].stroke
      })),
      reading: "A dot marks each one’s best. What left the scale is drawn at its top."
    },
    {height: 300}
  );
  const curves = lineChart(
    {
      label: "Held-out loss of each optimiser at its best rate, step by step",
      x: {label: "step", min: 0, max: steps},
      y: {label: "held-out loss, nats", min: 1, max: TOP},
      lines: OPTIMISERS.map((rule, i) => ({...RULE_STYLES[rule], points: optimisers[i]![best[i]!]!.curve})),
      reading: "Each at its own best rate."
    },
    {height: 300}
  );
  const reading = html`<p class="figure-reading"></p>`;
  setText(reading, optimiserWords(optimisers));
  return html`<figure class="figure" aria-label="Five optimisers on one model">
    <p class="legend">${OPTIMISERS.map(ruleKey)}</p>
    <div class="training-halves">${byRate}${curves}</div>${reading}
    <details class="figure-table"><summary>Every run as a table</summary>${plainTable({
      caption: "Held-out loss at the end, nats",
      columns: ["Rate", ...OPTIMISERS.map((rule) => RULE_STYLES[rule].name)],
      rows: RATES.map((rate, j) => [
        formatRate(rate),
        ...optimisers.map((results) => lossWords(endOf(results[j]!)))
      ])
    })}</details>
    <p class="figure-note">Recorded: the same model from the same seed, ${formatCount(steps)} steps of ${batchSize} windows of ${blockSize},
      on ${engineInWords(engine)}, text “${corpus.name}”.</p></figure>` as HTMLElement;
}

/** A loss, or what became of it. */
export const lossWords = (loss: number): string => (loss > 10 ? "broke" : formatFixed(loss, 2));

/** Where each optimiser ends at its best rate, in a sentence. */
export function optimiserWords(optimisers: TrialRecording["optimisers"]): string {
  const ends = OPTIMISERS.map((rule, i) => {
    const best = bestOf(optimisers[i]!);
    return {rule, rate: RATES[best]!, loss: endOf(optimisers[i]![best]!)};
  }).sort((a, b) => a.loss - b.loss);
  return `Best: ${ends.map(({rule, rate, loss}) => `${RULE_STYLES[rule].name} ${formatFixed(loss, 2)} at a rate of ${formatRate(rate)}`).join(", ")}.`;
}
