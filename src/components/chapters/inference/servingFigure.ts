import {html} from "htl";
import {setText, uniqueId} from "../../views/figure.js";
import {formatBytes, formatCount, formatFixed, formatPlural, formatRate} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {plainTable} from "../../views/plainTable.js";
import {rangeInput} from "../../views/rangeInput.js";
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
  const select = (label: string, options: readonly {name: string; value: string}[], chosen: string) => {
    const id = uniqueId("serving");
    const node = html`<select id=${id}>${options.map(
      ({name, value}) => html`<option value=${value} selected=${value === chosen}>${name}`
    )}</select>` as HTMLSelectElement;
    node.addEventListener("input", draw);
    return {node, field: html`<div class="field"><label for=${id}>${label}</label>${node}</div>`};
  };
  const byIndex = (named: readonly {name: string}[]) => named.map(({name}, i) => ({name, value: String(i)}));
  const indexOf = (named: readonly {name: string}[], name: string) =>
    String(named.findIndex((one) => one.name === name));
  const bits = (choices: readonly number[]) =>
    choices.map((n) => ({name: `${n} bits (${formatFixed(n / 8, n < 8 ? 1 : 0)} bytes)`, value: String(n)}));
  const model = select("Model", byIndex(publicShapes), indexOf(publicShapes, OPENING.model));
  const device = select("Device", byIndex(devices), indexOf(devices, OPENING.device));
  const weightBits = select("A weight has", bits([32, 16, 8, 4]), String(opening.weightBits));
  const cacheBits = select("A cached number has", bits([32, 16, 8]), String(opening.cacheBits));
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
    const shape = publicShapes[Number(model.node.value)]!;
    return {
      config: shape.config,
      device: devices[Number(device.node.value)]!,
      weightBits: Number(weightBits.node.value),
      cacheBits: Number(cacheBits.node.value),
      context: Math.min(context.value, shape.config.blockSize),
      batch: batch.value
    };
  }

  function draw(): void {
    const serving = read();
    const cost = servingCost(serving);
    const {name, source} = publicShapes[Number(model.node.value)]!;
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
    <div class="serving-choices">${[model, device, weightBits, cacheBits].map(({field}) => field)}</div>
    <div class="serving-choices">${context}${batch}</div>
    ${legend}${memory}${memoryReading}${stats}${reading}${chart}${details}${sources}
  </figure>` as HTMLElement;
  draw();
  return node;
}
