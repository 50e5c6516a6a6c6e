import {html} from "htl";
import {curveStyle} from "../../views/curveStyle.js";
import {engineInWords} from "../../views/engineInWords.js";
import {formatCount, formatFixed} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {plainTable} from "../../views/plainTable.js";
import {choice} from "../block/choices.js";
import {styleKey} from "./curveStyles.js";
import {formatRate} from "./formatSmall.js";
import {bestOf, endOf, lossWords, type TrialRecording} from "./recordedTrials.js";
import {BATCH_RATES, BATCH_SIZES, batchTrial} from "./trials.js";

/** The curves of several batch sizes, each at its best rate, against what they read or against steps. */
export function batchFigure({batches, engine, corpus}: TrialRecording): HTMLElement {
  const axis = choice(
    "Against",
    [
      {value: "tokens", label: "characters read"},
      {value: "steps", label: "steps"}
    ],
    "tokens"
  );
  const styles = BATCH_SIZES.map((size, i) => ({...curveStyle(i), name: `${size} windows`}));
  const best = batches.map(bestOf);
  const trials = BATCH_SIZES.map((size, i) => batchTrial(size, BATCH_RATES[best[i]!]!));
  const tokens = trials[0]!.train.steps * BATCH_SIZES[0] * trials[0]!.model.blockSize;
  const mostSteps = Math.max(...trials.map(({train}) => train.steps));
  const chart = lineChart(chartData(), {height: 280});
  axis.addEventListener("change", () => chart.update(chartData()));

  function chartData() {
    const bySteps = axis.value === "steps";
    // Steps go from tens to thousands: each power of ten gets the same room, and step 0 none.
    const x = (step: number, i: number) =>
      bySteps ? Math.log10(step) : (step * BATCH_SIZES[i]! * trials[i]!.model.blockSize) / 1000;
    const powers = Array.from({length: Math.ceil(Math.log10(mostSteps))}, (_, i) => i);
    return {
      label: `Held-out loss with several batch sizes, against ${bySteps ? "steps" : "characters read"}`,
      x: bySteps
        ? {
            label: "step",
            min: 0,
            max: Math.log10(mostSteps),
            ticks: powers.map((at) => ({at, text: formatCount(10 ** at)}))
          }
        : {label: "thousands of characters read", min: 0, max: tokens / 1000},
      y: {label: "held-out loss, nats", min: 1.5, max: 4.5},
      lines: batches.map((results, i) => ({
        ...styles[i]!,
        points: results[best[i]!]!.curve.filter(([step]) => step > 0 || !bySteps).map(
          ([step, loss]) => [x(step, i), loss] as const
        )
      })),
      reading: batchWords(batches)
    };
  }
  return html`<figure class="figure batch-sizes" aria-label="Batch sizes compared">
    ${axis}<p class="legend">${styles.map(styleKey)}</p>${chart}
    ${plainTable({
      caption: `Held-out loss, nats, after ${formatCount(tokens)} characters: batch size by learning rate`,
      columns: ["Windows", "Steps", ...BATCH_RATES.map((rate) => `rate ${formatRate(rate)}`)],
      rows: BATCH_SIZES.map((size, i) => [
        String(size),
        formatCount(trials[i]!.train.steps),
        ...batches[i]!.map((result) => lossWords(endOf(result)))
      ])
    })}
    <p class="figure-note">Recorded: AdamW, the same model and seed, windows of ${trials[0]!.model.blockSize} characters, on ${engineInWords(engine)}, text “${corpus.name}”.</p>
  </figure>` as HTMLElement;
}

/** What each size came to at its best rate. */
export function batchWords(batches: TrialRecording["batches"]): string {
  const said = BATCH_SIZES.map((size, i) => {
    const best = bestOf(batches[i]!);
    const rate = BATCH_RATES[best]!;
    return `${size} windows, ${formatCount(batchTrial(size, rate).train.steps)} steps, at ${formatRate(rate)}: ${formatFixed(endOf(batches[i]![best]!), 2)}`;
  });
  return `Each at its best rate. ${said.join("; ")}.`;
}

/** Which rates the sizes wanted, and what more windows were worth, in a sentence or two. */
export function batchVerdict(batches: TrialRecording["batches"]): string {
  const best = batches.map((results) => BATCH_RATES[bestOf(results)]!);
  const ends = batches.map((results) => Math.min(...results.map(endOf)));
  const [small, large] = [BATCH_SIZES[0], BATCH_SIZES.at(-1)!];
  const rates =
    new Set(best).size === 1
      ? `every size did best at ${formatRate(best[0]!)}: what so short a run lacks is steps, and not certainty`
      : `the best rate went from ${formatRate(best[0]!)} with ${small} windows to ${formatRate(best.at(-1)!)} with ${large}`;
  const cost = ends.at(-1)! - ends[0]!;
  const worth =
    cost > 0
      ? `With ${large} windows a step, the loss ended ${formatFixed(cost, 2)} nats above that with ${small}`
      : `With ${large} windows a step, the loss ended ${formatFixed(-cost, 2)} nats below that with ${small}`;
  return `Here ${rates}. ${worth}.`;
}
