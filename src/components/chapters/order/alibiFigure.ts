import {html} from "htl";
import {alibiSlopes} from "../../model/positionTables.js";
import {formatFixed, formatPercent} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {matrixTable} from "../../views/matrixTable.js";
import {rangeInput} from "../../views/rangeInput.js";
import {softmax} from "./reordering.js";

const START = {heads: 4, head: 1};
const MOST_HEADS = 16;
/** Tokens in the matrix, and the distances of the curve. */
const T = 8;
const REACH = 32;

/** ALiBi's slopes, what one head adds to its scores, and what is left of even attention. */
export function alibiFigure(): HTMLElement {
  let {heads, head} = START;
  const headsInput = rangeInput({label: "Heads", min: 1, max: MOST_HEADS, step: 1, value: heads});
  const headInput = rangeInput({label: "Head shown", min: 1, max: MOST_HEADS, step: 1, value: head});
  const slopes = () => alibiSlopes({position: "alibi", nHead: heads})!;

  const matrixData = () => {
    const slope = slopes()[head - 1]!;
    const places = Array.from({length: T}, (_, t) => String(t));
    return {
      title: `Added to the scores of head ${head}: −${plain(slope)} × distance (rows ask, columns answer)`,
      values: alibiBias(slope, T),
      rows: places,
      columns: places,
      hue: "key" as const,
      decimals: 3
    };
  };
  const curveData = () => {
    const all = slopes();
    const shares = (slope: number) => softmax(Array.from({length: REACH}, (_, d) => -slope * d));
    const chosen = shares(all[head - 1]!);
    const half = chosen.findIndex((_, d) => chosen.slice(0, d + 1).reduce((sum, p) => sum + p, 0) >= 0.5);
    return {
      label: "Attention by distance where all keys answer alike, for every head",
      x: {label: "distance", min: 0, max: REACH - 1},
      y: {
        label: "weight, if all scores were equal",
        min: 0,
        max: Math.max(0.1, ...all.map((slope) => shares(slope)[0]!))
      },
      lines: all.map((slope, h) => ({
        name: `head ${h + 1}`,
        stroke: h === head - 1 ? "var(--query)" : "var(--rule)",
        width: h === head - 1 ? 3 : 1.25,
        points: shares(slope).map((p, d) => [d, p] as const)
      })),
      reading: `Slopes: ${all.map((slope, h) => `head ${h + 1}, ${plain(slope)}`).join("; ")}. Were all scores equal, head ${head} would give ${formatPercent(chosen[0]!)} to the token itself, and half of all to the nearest ${half + 1} of ${REACH}.`
    };
  };
  const matrix = matrixTable(matrixData());
  const curve = lineChart(curveData(), {height: 190});
  function show(): void {
    matrix.update(matrixData());
    curve.update(curveData());
  }
  function move(next: {heads?: number; head?: number}): void {
    heads = next.heads ?? heads;
    head = Math.min(heads, next.head ?? head);
    headsInput.value = heads;
    headInput.value = head;
    show();
  }
  headsInput.addEventListener("input", () => move({heads: headsInput.value}));
  headInput.addEventListener("input", () => move({head: headInput.value}));
  const reset = html`<button type="button" class="button">Reset</button>`;
  reset.addEventListener("click", () => move(START));
  return html`<figure class="figure order-alibi" aria-label="ALiBi">
    <div class="order-sliders">${headsInput}${headInput}</div>
    ${matrix}${curve}<p class="button-row">${reset}</p></figure>` as HTMLElement;
}

/** What is added to the scores of T queries and T keys, [T, T]; NaN where the mask hides the key. */
export function alibiBias(slope: number, T: number): number[] {
  return Array.from({length: T * T}, (_, i) => {
    const distance = Math.floor(i / T) - (i % T);
    return distance < 0 ? Number.NaN : distance === 0 ? 0 : -slope * distance;
  });
}

const plain = (slope: number): string => formatFixed(slope, slope < 0.1 ? 4 : 3);
