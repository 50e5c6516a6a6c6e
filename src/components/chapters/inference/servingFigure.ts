import {html} from "htl";
import {setText} from "../../views/figure.js";
import {formatBytes, formatCount, formatFixed, formatPlural, formatRate} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {plainTable} from "../../views/plainTable.js";
import {rangeInput} from "../../views/rangeInput.js";
import {selectField} from "../../views/selectField.js";
import {statGrid} from "../../views/statGrid.js";
import {devices} from "./devices.js";
import {OPENING, openingServing} from "./opening.js";
import {publicShapes} from "./publicShapes.js";
import {type Serving, servingCost} from "./servingCost.js";
import {
  allModels,
  batchChart,
  boundSentence,
  formatBillions,
  formatTime,
  LARGEST_BATCH
} from "./servingWords.js";

const LARGEST_CONTEXT = 131_072;

/** What it takes to serve a published model: memory, and the least time a token can take. */
export function servingFigure(): HTMLElement {
  const opening = openingServing();
  const choice = <Option>(
    label: string,
    options: readonly Option[],
    first: Option,
    nameOf: (option: Option) => string
  ) => {
    const {node, list} = selectField(label, options.map(nameOf), options.indexOf(first));
    list.addEventListener("input", draw);
    return {node, chosen: () => options[list.selectedIndex]!};
  };
  const nameOf = ({name}: {name: string}) => name;
  const inBits = (n: number) => `${n} bits (${formatFixed(n / 8, n < 8 ? 1 : 0)} bytes)`;
  const shape = publicShapes.find(({name}) => name === OPENING.model)!;
  const model = choice("Model", publicShapes, shape, nameOf);
  const device = choice("Device", devices, opening.device, nameOf);
  const weightBits = choice("A weight has", [32, 16, 8, 4], opening.weightBits, inBits);
  const cacheBits = choice("A cached number has", [32, 16, 8], opening.cacheBits, inBits);
  const context = rangeInput({
    label: "Tokens in every text",
    min: 16,
    max: LARGEST_CONTEXT,
    step: 1,
    value: opening.context,
    scale: "log",
    format: formatCount
  });
  const batch = rangeInput({
    label: "Texts written at once",
    min: 1,
    max: LARGEST_BATCH,
    step: 1,
    value: opening.batch,
    scale: "log",
    format: formatCount
  });
  for (const slider of [context, batch]) slider.addEventListener("input", draw);

  const [weightBar, cacheBar] = [
    html`<span class="serving-weights"></span>`,
    html`<span class="serving-cache"></span>`
  ] as HTMLElement[];
  const memory = html`<div class="serving-memory" role="img">${weightBar}${cacheBar}</div>` as HTMLElement;
  const memoryReading = html`<p class="figure-reading"></p>`;
  const legend = html`<p class="swatch-row"><span><span class="swatch serving-weights"></span> weights</span> <span><span class="swatch serving-cache"></span> cache</span></p>`;
  const stats = statGrid([]);
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const chart = lineChart(batchChart(read()), {height: 230});
  const table = plainTable({caption: "", columns: [], rows: []});
  const details =
    html`<details class="figure-table wide-table"><summary>All models under these settings, as a table</summary>${table}</details>` as HTMLDetailsElement;
  details.addEventListener("toggle", draw);

  function read(): Serving {
    const {config} = model.chosen();
    return {
      config,
      device: device.chosen(),
      weightBits: weightBits.chosen(),
      cacheBits: cacheBits.chosen(),
      context: Math.min(context.value, config.blockSize),
      batch: batch.value
    };
  }

  function draw(): void {
    const serving = read();
    const cost = servingCost(serving);
    const {name, source} = model.chosen();
    const all = cost.devices * serving.device.memory;
    weightBar!.style.width = `${(100 * cost.weights) / all}%`;
    cacheBar!.style.width = `${(100 * cost.cache) / all}%`;
    memory.style.setProperty("--devices", String(cost.devices));
    memory.classList.toggle("serving-many", cost.devices > 1);
    const held = `${formatBytes(cost.weights)} of weights and ${formatBytes(cost.cache)} of cache in ${formatPlural(cost.devices, "device")} with ${formatBytes(all)}${cost.devices > 1 ? " together" : ""}`;
    memory.setAttribute("aria-label", held);
    const limit =
      context.value > serving.config.blockSize
        ? ` ${name} reads at most ${formatCount(serving.config.blockSize)} tokens, so that is what is counted.`
        : "";
    setText(memoryReading, `${held}.${limit}`);
    const perSecond = serving.batch / cost.decode.seconds;
    stats.update([
      {label: "Parameters", value: formatBillions(cost.parameters)},
      {label: "Weights", value: formatBytes(cost.weights)},
      {label: "Cache, a token", value: formatBytes(cost.cachePerToken)},
      {label: "Cache, all texts", value: formatBytes(cost.cache)},
      {label: "Devices, at least", value: formatCount(cost.devices)},
      {label: "One more token each, at least", value: formatTime(cost.decode.seconds)},
      {label: "All texts together, at most", value: formatRate(perSecond, "tokens")},
      {label: "Reading the texts, at least", value: formatTime(cost.prefill.seconds)}
    ]);
    setText(reading, boundSentence(cost, serving));
    chart.update(batchChart(serving));
    if (details.open) table.update(allModels(serving));
    setText(
      sources,
      `${name}: ${source}. ${serving.device.name}: ${formatCount(serving.device.bandwidth / 1e9)} GB/s, ${formatFixed(serving.device.peak / 1e12, 1)} TFLOP/s (${serving.device.source}).`
    );
  }
  const sources = html`<p class="figure-note"></p>`;
  const node = html`<figure class="figure serving">
    <p class="figure-title">A published model on a published device: memory, and the least time that a token takes</p>
    <div class="serving-choices">${[model, device, weightBits, cacheBits].map(({node}) => node)}</div>
    <div class="serving-choices">${context}${batch}</div>
    ${legend}${memory}${memoryReading}${stats}${reading}${chart}${details}${sources}
  </figure>` as HTMLElement;
  draw();
  return node;
}
