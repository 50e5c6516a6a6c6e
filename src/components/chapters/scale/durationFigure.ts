import {html} from "htl";
import {parameterCount} from "../../model/parameters.js";
import {presets} from "../../training/presets.js";
import {setText} from "../../views/figure.js";
import {
  formatBytes,
  formatDuration,
  formatFixed,
  formatFlops,
  formatPercent,
  formatPlural
} from "../../views/format.js";
import {plainTable} from "../../views/plainTable.js";
import {rangeInput} from "../../views/rangeInput.js";
import {selectField} from "../../views/selectField.js";
import {formatPower} from "../block/formatPower.js";
import {devices} from "../inference/devices.js";
import {knownShapes} from "../model/knownShapes.js";
import {stateBytes, trainingFlops, trainingSeconds} from "./duration.js";
import {short} from "./scalingAxes.js";
import type {ScalingRecord} from "./scalingRuns.js";

/** Different characters of a usual text: V where tokens are characters. */
const VOCABULARY = 65;
/** Tokens to each parameter that make the most of a budget at that scale (Hoffmann et al. 2022). */
const CHINCHILLA = 20;
/** The processor that the figure opens with. */
const OPENING = "NVIDIA A100 80 GB";

/** How long a run takes on named processors, by the rule of six operations for each parameter and token. */
export function durationFigure({runs, engine}: ScalingRecord): HTMLElement {
  const fastest = runs.reduce((a, b) => (b.flops / b.seconds > a.flops / a.seconds ? b : a));
  const ownRate = fastest.flops / fastest.seconds;
  const machines = [
    ...devices.map(({name, peak}) => ({name, peak, isPeak: true})),
    {name: `This site’s ${engine}, one core, as recorded`, peak: ownRate, isPeak: false}
  ];
  const models = [
    {name: "this site’s preset “full”", config: {...presets.full.model, vocabSize: VOCABULARY}},
    ...knownShapes
  ].map(({name, config}) => ({name, parameters: parameterCount(config)}));

  const model = selectField(
    "Model",
    models.map(({name, parameters}) => `${name}, ${short(parameters)} parameters`),
    1
  );
  const machine = selectField(
    "Processor",
    machines.map(({name}) => name),
    machines.findIndex(({name}) => name === OPENING)
  );
  const tokens = rangeInput({
    label: "Tokens, D",
    min: 1e6,
    max: 15e12,
    step: 1,
    value: CHINCHILLA * models[1]!.parameters,
    scale: "log",
    format: short
  });
  const gpus = rangeInput({
    label: "GPUs",
    min: 1,
    max: 4096,
    step: 1,
    value: 8,
    scale: "log",
    format: (n) => formatPlural(n, "GPU")
  });
  const share = rangeInput({
    label: "Share of the peak",
    min: 0.05,
    max: 0.7,
    step: 0.01,
    value: 0.4,
    format: formatPercent
  });
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const answer = html`<p class="duration-answer"></p>`;
  const node = html`<figure class="figure duration-figure" aria-label="How long a training run takes">
    <p class="figure-title">How long it takes</p>
    <div class="scaling-controls">${model.node}${machine.node}</div>
    <div class="kept-controls">${tokens}${gpus}${share}</div>
    ${answer}${reading}
  </figure>` as HTMLElement;

  function draw(): void {
    const {parameters} = models[model.list.selectedIndex]!;
    const {peak, isPeak} = machines[machine.list.selectedIndex]!;
    // What was recorded is no peak, and is one core.
    const [count, utilisation] = isPeak ? [gpus.value, share.value] : [1, 1];
    const job = {parameters, tokens: tokens.value, gpus: count, peak, utilisation};
    setText(answer, longDuration(trainingSeconds(job)));
    setText(
      reading,
      `6 · ${short(parameters)} · ${short(tokens.value)} = ${formatPower(trainingFlops(job))} FLOP, at ${formatFlops(count * peak * utilisation)} a second. ` +
        `That is ${short(tokens.value / parameters)} tokens to a parameter. The parameters, their gradients and AdamW’s means take ${formatBytes(stateBytes(parameters))} before a single activation.${isPeak ? "" : " This speed was measured on one core, so the number of GPUs and the share of a peak change nothing."}`
    );
  }
  for (const input of [machine.list, tokens, gpus, share]) input.addEventListener("input", draw);
  model.list.addEventListener("input", () => {
    tokens.value = CHINCHILLA * models[model.list.selectedIndex]!.parameters;
    draw();
  });
  draw();
  return node;
}

const DAY = 86_400;
const YEAR = 365.25 * DAY;

/** Durations up to thousands of years: "3.1 days", "2.4 years". */
function longDuration(seconds: number): string {
  if (seconds < 2 * DAY) return formatDuration(seconds);
  if (seconds < 2 * YEAR) return `${formatFixed(seconds / DAY, 1)} days`;
  return `${seconds < 100 * YEAR ? formatFixed(seconds / YEAR, 1) : short(seconds / YEAR)} years`;
}

/** The processors by name, with where their makers say what they can do. */
export const acceleratorTable = (): HTMLElement =>
  plainTable({
    caption: "Products of dense matrices, 16-bit numbers, sums in 32 bits",
    columns: ["Processor", "Peak", "Memory", "Source"],
    rows: devices.map(({name, peak, memory, source}) => [
      name,
      `${formatFlops(peak)}/s`,
      formatBytes(memory),
      source
    ]),
    texts: [3]
  });
