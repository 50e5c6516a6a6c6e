import {html} from "htl";
import {median} from "../../median.js";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatFixed, formatPercent} from "../../views/format.js";
import {rangeInput} from "../../views/rangeInput.js";
import {histogram, type RandomPairs, randomPairs, type Saturation, saturation} from "./saturation.js";

const DRAWS = 200;
const KEYS = 16;
const WIDEST = 128;
const BINS = 20;
const SEED = 1;
/** A query counts as settled on one key from this weight on. */
const SETTLED = 0.99;
const SETTLED_NAME = `${100 * SETTLED}%`;

export interface SaturationFacts {
  /** Queries that put nearly all on one key, as percentages, with and without the division. */
  settled: {plain: string; scaled: string};
  /** The spread of scores that are not divided. */
  spread: string;
  keys: number;
  threshold: string;
}

/** The figure's numbers at one width, for the text. */
export function saturationFacts(D: number): SaturationFacts {
  const {plain, scaled} = measure(D);
  return {
    settled: {plain: formatPercent(settledShare(plain)), scaled: formatPercent(settledShare(scaled))},
    spread: formatFixed(plain.spread, 1),
    keys: KEYS,
    threshold: SETTLED_NAME
  };
}

/** What the largest softmax weight of random queries does as they get wider, with and without division by √D. */
export function saturationFigure({width}: {width: number}): HTMLElement {
  const slider = rangeInput({
    label: "Width D of queries and keys",
    min: 1,
    max: WIDEST,
    step: 1,
    value: width,
    scale: "log",
    format: (D) => `${D} ${D === 1 ? "number" : "numbers"}`
  });
  const charts = {
    plain: weightHistogram("Softmax of q·k"),
    scaled: weightHistogram("Softmax of q·k/√D")
  };
  const body = html`<tbody></tbody>`;
  const reset = html`<button type="button" class="button">Back to D = ${width}</button>`;
  const node = html`<figure class="figure saturation">
    <p class="figure-title">The largest of ${KEYS} weights, for ${DRAWS} random queries</p>
    <div class="saturation-controls">${slider}<p class="button-row">${reset}</p></div>
    <div class="saturation-charts">${charts.plain}${charts.scaled}</div>
    <div class="scroll"><table class="saturation-table"><thead><tr><th scope="col">Scores</th>
      <th scope="col">Spread</th><th scope="col">Mean largest weight</th>
      <th scope="col">Queries with over ${SETTLED_NAME} on one key</th>
      <th scope="col">Sum of slopes, Σ w(1 − w)</th></tr></thead>${body}</table></div>
  </figure>` as HTMLElement;

  function render(): void {
    const found = measure(slider.value);
    const counts = {
      plain: histogram(found.plain.largest, BINS),
      scaled: histogram(found.scaled.largest, BINS)
    };
    // One scale for both, so that their bars can be compared.
    const most = Math.max(...counts.plain, ...counts.scaled);
    charts.plain.update({counts: counts.plain, most, largest: found.plain.largest});
    charts.scaled.update({counts: counts.scaled, most, largest: found.scaled.largest});
    body.replaceChildren(row("As they are", found.plain), row("Divided by √D", found.scaled));
  }
  slider.addEventListener("input", render);
  reset.addEventListener("click", () => {
    slider.value = width;
    render();
  });
  render();
  return node;
}

let pairs: RandomPairs | null = null;

function measure(D: number): {plain: Saturation; scaled: Saturation} {
  pairs ??= randomPairs(DRAWS, KEYS, SEED);
  return {plain: saturation(pairs, D, false), scaled: saturation(pairs, D, true)};
}

const settledShare = ({largest}: Saturation): number =>
  largest.filter((w) => w > SETTLED).length / largest.length;

const mean = (values: Float64Array): number => values.reduce((sum, x) => sum + x, 0) / values.length;

function row(name: string, found: Saturation): Element {
  const {largest, spread, slope} = found;
  return html`<tr><th scope="row">${name}</th><td class="number">${formatFixed(spread)}</td>
    <td class="number">${formatPercent(mean(largest))}</td><td class="number">${formatPercent(settledShare(found))}</td>
    <td class="number">${formatFixed(slope)}</td></tr>`;
}

interface WeightCounts {
  counts: readonly number[];
  /** The count of a bar of full height. */
  most: number;
  /** What was counted. */
  largest: Float64Array;
}

/** Bars from weight 0 to 1; heights are shares of the queries. */
function weightHistogram(title: string): Figure<WeightCounts> {
  const bars = Array.from({length: BINS}, () => html`<span></span>` as HTMLElement);
  const plot = html`<div class="weight-bars" role="img">${bars}</div>` as HTMLElement;
  const top = html`<span class="weight-top"></span>`;
  const node = html`<div class="weight-histogram"><p class="weight-title">${title}</p>${top}${plot}
    <p class="weight-axis" aria-hidden="true"><span>0</span><span>largest weight</span><span>1</span></p></div>`;
  return asFigure(node, ({counts, most, largest}: WeightCounts) => {
    counts.forEach((count, i) => void bars[i]!.style.setProperty("--share", String(count / most)));
    setText(top, `${formatPercent(most / largest.length)} of queries`);
    plot.setAttribute(
      "aria-label",
      `${title}: half of the queries give one key more than ${formatPercent(median(largest))}`
    );
  });
}
