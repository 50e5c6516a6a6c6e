import {html} from "htl";
import {engineInWords} from "../../views/engineInWords.js";
import {formatCount, formatFixed} from "../../views/format.js";
import {plainTable} from "../../views/plainTable.js";
import {rangeInput} from "../../views/rangeInput.js";
import {type Scheduled, scheduleChart} from "../../workbench/scheduleChart.js";
import {choice} from "../block/choices.js";
import {formatRate} from "./formatSmall.js";
import {bestOf, endOf, lossWords, type TrialRecording} from "./recordedTrials.js";
import {SCHEDULE_RATES, SCHEDULES, scheduleTrial} from "./trials.js";

const OPENING: Scheduled = scheduleTrial(SCHEDULES[3], SCHEDULE_RATES[0]).train;

/** The learning rate of every step by the trainer’s own schedule, and what warm-up and decay were worth. */
export function scheduleFigure({schedules, engine, corpus}: TrialRecording): HTMLElement {
  const peak = rangeInput({
    label: "Peak learning rate",
    min: 0.0001,
    max: 0.1,
    step: 0.0001,
    value: OPENING.learningRate,
    scale: "log",
    format: formatRate
  });
  const warmup = rangeInput({
    label: "Warm-up",
    min: 0,
    max: 200,
    step: 5,
    value: OPENING.warmupSteps,
    format: (steps) => `${formatCount(steps)} steps`
  });
  const least = rangeInput({
    label: "Last rate over the peak",
    min: 0,
    max: 1,
    step: 0.05,
    value: OPENING.minLearningRate / OPENING.learningRate,
    format: (share) => formatFixed(share, 2)
  });
  const kinds = choice(
    "Way down",
    [
      {value: "constant", label: "none"},
      {value: "linear", label: "line"},
      {value: "cosine", label: "half a cosine"},
      {value: "inverseSquareRoot", label: "1/√step"}
    ],
    "cosine"
  );
  const chart = scheduleChart(OPENING);
  const reset = html`<button type="button" class="button">Reset</button>`;
  const draw = () =>
    chart.update({
      schedule: kinds.value as Scheduled["schedule"],
      learningRate: peak.value,
      minLearningRate: peak.value * least.value,
      warmupSteps: warmup.value,
      steps: OPENING.steps
    });
  for (const control of [peak, warmup, least]) control.addEventListener("input", draw);
  kinds.addEventListener("change", draw);
  reset.addEventListener("click", () => {
    peak.value = OPENING.learningRate;
    warmup.value = OPENING.warmupSteps;
    least.value = OPENING.minLearningRate / OPENING.learningRate;
    kinds.value = "cosine";
    draw();
  });
  return html`<figure class="figure schedule-figure" aria-label="The learning rate of every step">
    <div class="training-controls">${kinds}${peak}${warmup}${least}${reset}</div>${chart}
    ${plainTable({
      caption: "Held-out loss at the end, nats, of AdamW with each schedule and peak rate",
      columns: ["Schedule", ...SCHEDULE_RATES.map((rate) => `peak ${formatRate(rate)}`)],
      rows: SCHEDULES.map(({name}, j) => [name, ...schedules.map((results) => lossWords(endOf(results[j]!)))])
    })}<p class="figure-note">The table is recorded, ${formatCount(OPENING.steps)} steps each on ${engineInWords(engine)}, text “${corpus.name}”.</p>
  </figure>` as HTMLElement;
}

/** What warm-up and decay were worth at each rate, and what did best where it was not both. */
export function scheduleWords(schedules: TrialRecording["schedules"]): string {
  return SCHEDULE_RATES.map((rate, i) => {
    const results = schedules[i]!;
    const best = bestOf(results);
    const [neither, both] = [results[0]!, results.at(-1)!].map((result) => lossWords(endOf(result)));
    const lowest = lossWords(endOf(results[best]!));
    const rest = lowest === both ? "" : `, and lowest, ${lowest}, with ${SCHEDULES[best]!.name}`;
    return `at a peak of ${formatRate(rate)}, ${neither} without either, ${both} with both${rest}`;
  }).join("; ");
}
