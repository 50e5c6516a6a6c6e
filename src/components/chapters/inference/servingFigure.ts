import {html} from "htl";
import {setText, uniqueId} from "../../views/figure.js";
import {formatBytes, formatCount, formatFixed, formatPlural, formatRate} from "../../views/format.js";
import {type LineChartData, lineChart} from "../../views/lineChart.js";
import {plainTable} from "../../views/plainTable.js";
import {rangeInput} from "../../views/rangeInput.js";
import {statGrid} from "../../views/statGrid.js";
import {devices} from "./devices.js";
import {publicShapes} from "./publicShapes.js";
import {type Serving, type ServingCost, servingCost} from "./servingCost.js";

const LARGEST_BATCH = 512;
const LARGEST_CONTEXT = 131_072;
/** Where the figure opens. */
const OPENING = {model: "Llama 2 7B", device: "NVIDIA A100 80 GB", weightBits: 16, cacheBits: 16};

/** What it takes to serve a published model: memory, and the least time a token can take. */
export function servingFigure(): HTMLElement {
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
  const weightBits = select("A weight has", bits([32, 16, 8, 4]), String(OPENING.weightBits));
  const cacheBits = select("A cached number has", bits([32, 16, 8]), String(OPENING.cacheBits));
  const context = rangeInput({
    label: "Tokens in every text",
    min: 16,
    max: LARGEST_CONTEXT,
    step: 1,
    value: 2048,
    scale: "log",
    format: formatCount
  });
  const batch = rangeInput({
    label: "Texts written at once",
    min: 1,
    max: LARGEST_BATCH,
    step: 1,
    value: 1,
    scale: "log",
    format: formatCount
  });
  for (const slider of [context, batch]) slider.addEventListener("input", draw);

  const [weightBar, cacheBar] = [
    html`<span class="serving-weights"></span>`,
    html`<span class="serving-cache"></span>`
  ] as HTMLElement[];
  const memory = html`<div class="serving-memory" role="img">${weightBar}${cacheBar}</div>` as HTMLElement;
  const memoryText = html`<span></span>`;
  const memoryReading = html`<p class="figure-reading"><span class="cache-swatch serving-weights"></span> weights <span class="cache-swatch serving-cache"></span> cache: ${memoryText}</p>`;
  const stats = statGrid([]);
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const chart = lineChart(batchChart(read()), {height: 230});
  const table = plainTable({caption: "", columns: [], rows: []});
  const details =
    html`<details class="figure-table serving-table"><summary>All models under these settings, as a table</summary>${table}</details>` as HTMLDetailsElement;
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
    const held = `${formatBytes(cost.weights)} of weights and ${formatBytes(cost.cache)} of cache in ${formatPlural(cost.devices, "device")} with ${formatBytes(all)} together`;
    memory.setAttribute("aria-label", held);
    const limit =
      context.value > serving.config.blockSize
        ? ` ${name} reads at most ${formatCount(serving.config.blockSize)} tokens, so that is what is counted.`
        : "";
    setText(memoryText, `${held}.${limit}`);
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
    ${memory}${memoryReading}${stats}${reading}${chart}${details}${sources}
  </figure>` as HTMLElement;
  draw();
  return node;
}

/** "6.74 billion", "124 million". */
export function formatBillions(n: number): string {
  const [unit, name] = n >= 1e9 ? [1e9, "billion"] : [1e6, "million"];
  const x = n / unit;
  return `${formatFixed(x, x >= 99.95 ? 0 : x >= 9.995 ? 1 : 2)} ${name}`;
}

/** Seconds as people write short times: "4.1 ms", "35 µs", "2.3 s". */
export function formatTime(seconds: number): string {
  const [unit, name] = seconds >= 1 ? [1, "s"] : seconds >= 1e-3 ? [1e-3, "ms"] : [1e-6, "µs"];
  const x = seconds / unit;
  return `${formatFixed(x, x >= 99.95 ? 0 : x >= 9.995 ? 1 : 2)} ${name}`;
}

/** What keeps a token from coming sooner. */
export function boundSentence({decode}: ServingCost, {batch, device}: Serving): string {
  const [memory, arithmetic] = [formatTime(decode.memory), formatTime(decode.arithmetic)];
  const [slow, quick] = [
    Math.max(decode.memory, decode.arithmetic),
    Math.min(decode.memory, decode.arithmetic)
  ];
  const times = formatFixed(slow / quick, slow / quick < 10 ? 1 : 0);
  const texts = batch === 1 ? "one text" : `each of ${formatCount(batch)} texts`;
  return decode.memory >= decode.arithmetic
    ? `For one more token of ${texts} everything must be read from memory once: ${memory}. The arithmetic would take ${arithmetic}: the ${device.name} waits for its memory ${times} times as long as it computes.`
    : `For one more token of ${texts} the arithmetic takes ${arithmetic}, and reading everything from memory ${memory}: with so many texts at once arithmetic is what takes longest, ${times} times as long.`;
}

/** The two bounds of a token against the number of texts, on as many devices as are in use. */
export function batchChart(serving: Serving): LineChartData {
  const {devices: count} = servingCost(serving);
  const at = (batch: number) => servingCost({...serving, batch, devices: count}).decode;
  const ends = [1, LARGEST_BATCH]; // with as many devices at both, the lines between are straight
  const ms = (seconds: number) => 1000 * seconds;
  const now = at(serving.batch);
  const top = at(LARGEST_BATCH);
  const crossing = crossingOf(serving, count);
  return {
    label: "Least time of a token step against the number of texts written at once",
    x: {label: "texts written at once", min: 1, max: LARGEST_BATCH},
    y: {label: "ms for one more token each", min: 0, max: 1.08 * ms(Math.max(top.memory, top.arithmetic))},
    lines: [
      {
        name: "memory",
        mark: "m",
        stroke: "var(--key)",
        points: ends.map((batch) => [batch, ms(at(batch).memory)])
      },
      {
        name: "arithmetic",
        mark: "a",
        stroke: "var(--query)",
        dash: "5 4",
        points: ends.map((batch) => [batch, ms(at(batch).arithmetic)])
      }
    ],
    dots: [{x: serving.batch, y: ms(now.seconds), fill: "var(--ink)"}],
    reading:
      crossing === null
        ? `m: reading weights and caches; a: arithmetic, with ${formatPlural(count, "device")}. With such long texts every text brings more cache to read than arithmetic to do, so the memory is what limits at any number of them.`
        : `m: reading weights and caches; a: arithmetic, with ${formatPlural(count, "device")}. Up to about ${formatCount(crossing)} texts at once the weights are read for all of them anyway, and each further text costs little; from there on arithmetic limits.`
  };
}

/** From how many texts on the arithmetic takes longer; null where it never does. */
export function crossingOf(serving: Serving, devices: number): number | null {
  const at = (batch: number) => servingCost({...serving, batch, devices}).decode;
  const [one, two] = [at(1), at(2)];
  const [read, compute] = [two.memory - one.memory, two.arithmetic - one.arithmetic];
  // memory: w + read · n; arithmetic: compute · n.
  return compute > read ? (one.memory - read) / (compute - read) : null;
}

function allModels(serving: Serving) {
  return {
    caption: `${serving.weightBits}-bit weights, ${serving.cacheBits}-bit cache, ${formatPlural(serving.batch, "text")} of ${formatCount(serving.context)} tokens or as many as a model reads, on ${serving.device.name}`,
    columns: [
      "Model",
      "Parameters",
      "Weights",
      "Cache a token",
      "Devices",
      "Token, at least",
      "Tokens/s, at most"
    ],
    rows: publicShapes.map(({name, config}) => {
      const cost = servingCost({...serving, config, context: Math.min(serving.context, config.blockSize)});
      return [
        name,
        formatBillions(cost.parameters),
        formatBytes(cost.weights),
        formatBytes(cost.cachePerToken),
        formatCount(cost.devices),
        formatTime(cost.decode.seconds),
        formatCount(serving.batch / cost.decode.seconds)
      ];
    })
  };
}
