import {html} from "htl";
import {largestWhole} from "../../exchange/onnx/quantise.js";
import {setText} from "../../views/figure.js";
import {formatBytes, formatCount, formatFixed} from "../../views/format.js";
import {type LineChartData, lineChart} from "../../views/lineChart.js";
import {plainTable} from "../../views/plainTable.js";
import {rangeInput} from "../../views/rangeInput.js";
import {statGrid} from "../../views/statGrid.js";
import {channelPlot} from "./channelPlot.js";
import type {PrecisionFacts} from "./inferencePage.js";
import {BITS, type Bits, formatName, roundChannel} from "./rounding.js";

/** Where the figure opens: few enough bits to see the grid. */
const OPENING: Bits = 4;

/** One channel of weights and what fewer bits make of it, with the loss that the whole model then has. */
export function roundingFigure(
  {text, predictions, rows, channel}: PrecisionFacts,
  unit: string
): HTMLElement {
  const values = Float32Array.from(channel.values);
  const slider = rangeInput({
    label: "Bits for each weight",
    min: 0,
    max: BITS.length - 1,
    step: 1,
    value: BITS.indexOf(OPENING),
    format: (i) => `${BITS[i]} (${formatName(BITS[i]!)})`
  });
  const plot = channelPlot(values, channel.name, OPENING);
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const stats = statGrid([]);
  const losses = rows.map(({loss}, i) => [i, loss] as const);
  const chart = lineChart(chartData(OPENING), {height: 220});
  const table = plainTable({
    caption: `Every matrix of the model so rounded, with float16 every vector too, on ${formatCount(predictions)} predictions of held-out ${text} text; recorded when this site was built`,
    columns: ["Weights", "Bytes of weights", "ONNX file", "Loss, nats", "Perplexity"],
    rows: [...rows]
      .reverse()
      .map(({bits, bytes, fileBytes, loss}) => [
        formatName(bits),
        formatBytes(bytes),
        fileBytes === null ? "–" : formatBytes(fileBytes),
        formatFixed(loss, 4),
        formatFixed(Math.exp(loss), 3)
      ])
  });

  function show(): void {
    const bits = BITS[slider.value]!;
    const rounded = roundChannel(values, bits);
    const errors = rounded.map((x, i) => Math.abs(x - values[i]!));
    const largest = errors.reduce((a, b) => Math.max(a, b));
    const distinct = new Set(rounded).size;
    const row = rows.find((row) => row.bits === bits)!;
    const exact = rows.at(-1)!;
    stats.update([
      {label: "Different values left", value: formatCount(distinct), unit: `of ${values.length}`},
      {label: "Largest error", value: largest === 0 ? "0" : largest.toExponential(1)},
      {label: "All weights", value: formatBytes(row.bytes)},
      {label: "Loss", value: formatFixed(row.loss, 4), unit: `nats a ${unit}`},
      {label: "More than float32", value: signed(row.loss - exact.loss)}
    ]);
    setText(
      reading,
      bits === 32
        ? "32 bits: the weights as they were trained."
        : bits === 16
          ? `float16 keeps about three digits of each weight: the largest error is ${largest.toExponential(1)}, too small to see here.`
          : `${bits} bits are whole numbers from −${largestWhole(bits)} to ${largestWhole(bits)} times one scale: ${formatCount(2 * largestWhole(bits) + 1)} possible values. Rings are the weights, dots what is kept of them, the lines between the errors.`
    );
    plot.update(bits);
    chart.update(chartData(bits));
  }
  /** The loss for each number of bits, which are set side by side. */
  function chartData(bits: Bits): LineChartData {
    const at = rows.findIndex((row) => row.bits === bits);
    const {loss} = rows[at]!;
    return {
      label: "Loss on held-out text against the bits of a weight",
      x: {
        label: "bits for each weight",
        min: 0,
        max: rows.length - 1,
        ticks: rows.map((row, i) => ({at: i, text: String(row.bits)}))
      },
      y: {label: `loss, nats a ${unit}`, min: 0, max: 1.05 * Math.max(...rows.map(({loss}) => loss))},
      lines: [{name: "loss", stroke: "var(--surprise)", points: losses}],
      dots: [{x: at, y: loss, fill: "var(--surprise)", label: formatFixed(loss, 3)}],
      reading: `With ${bits} bits a weight the loss is ${formatFixed(loss, 4)} nats; with 32 it is ${formatFixed(rows.at(-1)!.loss, 4)}.`
    };
  }
  slider.addEventListener("input", show);
  show();
  return html`<figure class="figure rounding">
    <p class="figure-title">${`${values.length} weights that meet in one dot product, rounded`}</p>
    ${slider}${plot}${reading}${stats}${chart}
    <details class="figure-table wide-table"><summary>All formats as a table</summary>${table}</details>
  </figure>` as HTMLElement;
}

const signed = (difference: number): string =>
  `${difference < 0 ? "−" : "+"}${formatFixed(Math.abs(difference), 4)}`;
