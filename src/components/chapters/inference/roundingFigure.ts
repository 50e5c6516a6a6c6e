import {html, svg} from "htl";
import {largestWhole} from "../../exchange/onnx/quantise.js";
import {setText} from "../../views/figure.js";
import {formatBytes, formatCount, formatFixed} from "../../views/format.js";
import {LARGEST_WIDTH, type LineChartData, lineChart} from "../../views/lineChart.js";
import {plainTable} from "../../views/plainTable.js";
import {rangeInput} from "../../views/rangeInput.js";
import {statGrid} from "../../views/statGrid.js";
import {drawAtWidth} from "../../views/watchWidth.js";
import type {PrecisionFacts} from "./inferencePage.js";
import {BITS, type Bits, formatName, roundChannel} from "./rounding.js";

/** Where the figure opens: few enough bits to see the grid. */
const OPENING: Bits = 4;
const HEIGHT = 220;
/** Grids with more lines than this are not drawn. */
const MOST_LINES = 40;

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
  const frame = html`<div class="rounding-frame" style=${`height: ${HEIGHT}px`}></div>` as HTMLElement;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const stats = statGrid([]);
  const chart = lineChart(lossChart(rows, OPENING, unit), {height: 220});
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

  function draw(width: number): void {
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
    frame.replaceChildren(channelPlot(values, rounded, bits, width, channel.name));
    chart.update(lossChart(rows, bits, unit));
  }
  slider.addEventListener("input", drawAtWidth(frame, draw, LARGEST_WIDTH));
  return html`<figure class="figure rounding">
    <p class="figure-title">${`${values.length} weights that meet in one dot product, rounded`}</p>
    ${slider}${frame}${reading}${stats}${chart}
    <details class="figure-table wide-table"><summary>All formats as a table</summary>${table}</details>
  </figure>` as HTMLElement;
}

const signed = (difference: number): string =>
  `${difference < 0 ? "−" : "+"}${formatFixed(Math.abs(difference), 4)}`;

/** Every weight where it was and where it is, and the grid it was rounded to where that can be seen. */
function channelPlot(
  values: Float32Array,
  rounded: Float32Array,
  bits: Bits,
  width: number,
  name: string
): Element {
  const limit = 1.08 * values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const [left, right] = [44, 8];
  const px = (i: number) => left + ((i + 0.5) * (width - left - right)) / values.length;
  const py = (x: number) => HEIGHT / 2 - (x / limit) * (HEIGHT / 2 - 8);
  const whole = bits < 16 ? largestWhole(bits) : 0;
  const step = bits < 16 ? values.reduce((most, x) => Math.max(most, Math.abs(x)), 0) / whole : 0;
  const lines =
    whole > 0 && 2 * whole + 1 <= MOST_LINES
      ? Array.from({length: 2 * whole + 1}, (_, i) => (i - whole) * step)
      : [0];
  const errors = Array.from(
    values,
    (x, i) => `M${px(i).toFixed(1)},${py(x).toFixed(1)}V${py(rounded[i]!).toFixed(1)}`
  );
  return svg`<svg width=${width} height=${HEIGHT} viewBox=${`0 0 ${width} ${HEIGHT}`} role="img" aria-label=${`A channel of ${name} and its weights rounded to ${bits} bits`}>
    ${lines.map((x) => svg`<line class="rounding-grid" x1=${left} x2=${width - right} y1=${py(x)} y2=${py(x)}></line>`)}
    ${[-limit / 1.08, 0, limit / 1.08].map(
      (x) =>
        svg`<text class="rounding-tick" x=${left - 6} y=${py(x) + 4} text-anchor="end">${formatFixed(x, 2)}</text>`
    )}
    <path class="rounding-error" d=${errors.join("")}></path>
    ${Array.from(values, (x, i) => svg`<circle class="rounding-weight" cx=${px(i)} cy=${py(x)} r="3"></circle>`)}
    ${Array.from(rounded, (x, i) => svg`<circle class="rounding-kept" cx=${px(i)} cy=${py(x)} r="2"></circle>`)}
  </svg>`;
}

/** The loss for each number of bits, which are set side by side. */
function lossChart(rows: PrecisionFacts["rows"], bits: Bits, unit: string): LineChartData {
  const most = Math.max(...rows.map(({loss}) => loss));
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
    y: {label: `loss, nats a ${unit}`, min: 0, max: 1.05 * most},
    lines: [{name: "loss", stroke: "var(--surprise)", points: rows.map((row, i) => [i, row.loss])}],
    dots: [{x: at, y: loss, fill: "var(--surprise)", label: formatFixed(loss, 3)}],
    reading: `With ${bits} bits a weight the loss is ${formatFixed(loss, 4)} nats; with 32 it is ${formatFixed(rows.at(-1)!.loss, 4)}.`
  };
}
