import {html} from "htl";
import {engineInWords} from "../../views/engineInWords.js";
import {formatCount, formatFixed, formatPlural} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {plainTable} from "../../views/plainTable.js";
import {rangeInput} from "../../views/rangeInput.js";
import {choice} from "../block/choices.js";
import {RULE_STYLES, ruleKey} from "./curveStyles.js";
import {formatRate} from "./formatSmall.js";
import {bestOf, endOf, lossWords, type TrialRecording} from "./recordedTrials.js";
import {type LiveTrial, type TrialPanelOptions, trialPanel} from "./trialPanel.js";
import {OPTIMISERS, optimiserTrial, RATES} from "./trials.js";

/** Losses above this are drawn at the top: what such a run has learnt is nothing. */
const TOP = 4.5;

export interface OptimiserOptions extends Pick<TrialPanelOptions, "corpus" | "experiments" | "now"> {
  recording: TrialRecording;
}

/** How the reader's own run is drawn. */
const OWN = {mark: "Y", stroke: "var(--surprise)", dash: "none", width: 3};
const {train: TRAIN, model: MODEL} = optimiserTrial("adamW", RATES[0]);
const {steps: STEPS} = TRAIN;

/** The optimisers on one model: where each ends at every rate, and the curve of each at its best; and the reader's own. */
export function optimiserFigure({recording, ...place}: OptimiserOptions): HTMLElement & {dispose(): void} {
  const {optimisers, corpus, engine} = recording;
  const best = optimisers.map(bestOf);
  const rule = choice(
    "Your own: optimiser",
    OPTIMISERS.map((rule) => ({value: rule, label: RULE_STYLES[rule].name})),
    "adamW"
  );
  const rate = rangeInput({
    label: "Peak learning rate",
    min: RATES[0],
    max: RATES.at(-1)!,
    step: 0.0001,
    value: 0.01,
    scale: "log",
    format: formatRate
  });
  const byRate = lineChart(rateData(null), {height: 300});
  const curves = lineChart(curveData(null), {height: 300});
  const panel = trialPanel({
    ...place,
    trial: () => optimiserTrial(rule.value, rate.value),
    onChange: (run) => {
      byRate.update(rateData(run));
      curves.update(curveData(run));
    }
  });

  function rateData(run: LiveTrial | null) {
    const last = run?.curve.at(-1);
    const own = run && last?.[0] === STEPS ? [{x: run.trial.train.learningRate, y: last[1]}] : [];
    return {
      label: `Held-out loss after ${STEPS} steps of five optimisers, by learning rate`,
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
      dots: [
        ...OPTIMISERS.map((rule, i) => ({
          x: power(RATES[best[i]!]!),
          y: endOf(optimisers[i]![best[i]!]!),
          fill: RULE_STYLES[rule].stroke
        })),
        ...own.map(({x, y}) => ({x: power(x), y: Math.min(TOP, y), fill: OWN.stroke, label: "yours"}))
      ],
      reading: "A dot marks each one’s best. What left the scale is drawn at its top."
    };
  }
  function curveData(run: LiveTrial | null) {
    const last = run?.curve.at(-1);
    return {
      label: "Held-out loss of each optimiser at its best rate, step by step",
      x: {label: "step", min: 0, max: STEPS},
      y: {label: "held-out loss, nats", min: 1, max: TOP},
      lines: [
        ...OPTIMISERS.map((rule, i) => ({...RULE_STYLES[rule], points: optimisers[i]![best[i]!]!.curve})),
        ...(run && last
          ? [
              {
                ...OWN,
                name: "yours",
                points: run.curve.map(([step, loss]) => [step, Math.min(TOP, loss)] as const)
              }
            ]
          : [])
      ],
      reading:
        run && last
          ? `Each at its own best rate; Y is yours, ${RULE_STYLES[run.trial.train.optimiser].name} at ${formatRate(run.trial.train.learningRate)}: ${lossWords(last[1])} after ${formatPlural(last[0], "step")}.`
          : "Each at its own best rate."
    };
  }

  const node = html`<figure class="figure optimiser-figure" aria-label="Five optimisers on one model">
    <p class="legend">${OPTIMISERS.map(ruleKey)}</p>
    <div class="training-halves">${byRate}${curves}</div><p class="figure-reading">${optimiserWords(optimisers)}</p>
    <div class="training-controls">${rule}${rate}</div>${panel}
    <details class="figure-table"><summary>Every recorded run as a table</summary>${plainTable({
      caption: "Held-out loss at the end, nats",
      columns: ["Rate", ...OPTIMISERS.map((rule) => RULE_STYLES[rule].name)],
      rows: RATES.map((rate, j) => [
        formatRate(rate),
        ...optimisers.map((results) => lossWords(endOf(results[j]!)))
      ])
    })}</details>
    <p class="figure-note">Recorded: the same model from the same seed, ${formatCount(STEPS)} steps of ${TRAIN.batchSize} windows of ${MODEL.blockSize},
      on ${engineInWords(engine)}, text “${corpus.name}”. The rate rises to its peak over the first ${formatCount(TRAIN.warmupSteps)} steps and
      then decays. Yours learns from the text that this site was built with.</p></figure>` as HTMLElement;
  return Object.assign(node, {dispose: () => panel.dispose()});
}

const power = (rate: number): number => Math.log10(rate);

/** Where each optimiser ends at its best rate, in a sentence. */
export function optimiserWords(optimisers: TrialRecording["optimisers"]): string {
  const ends = OPTIMISERS.map((rule, i) => {
    const best = bestOf(optimisers[i]!);
    return {rule, rate: RATES[best]!, loss: endOf(optimisers[i]![best]!)};
  }).sort((a, b) => a.loss - b.loss);
  return `Best: ${ends.map(({rule, rate, loss}) => `${RULE_STYLES[rule].name} ${formatFixed(loss, 2)} at a rate of ${formatRate(rate)}`).join(", ")}.`;
}
