import {html} from "htl";
import {sinusoids} from "../../model/positionTables.js";
import {formatFixed} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {tableMap} from "../../views/tableMap.js";
import {dotProducts, transposed} from "./similarity.js";

const T = 64;
const C = 32;
const START = {row: 8, column: 20};

/** The wave table: one cell is chosen; its row is drawn as a wave, its column compared with all others. */
export function wavesFigure(): HTMLElement {
  const table = sinusoids(T, C);
  const values = transposed(table, C);
  let selected = START;

  const mapData = () => {
    const {row, column} = selected;
    return {
      title: `The wave table: ${T} positions of ${C} numbers`,
      values,
      rows: C,
      columns: T,
      low: -1,
      high: 1,
      selected,
      reading: `Position ${column}, number ${row}: ${row % 2 === 0 ? "the sine" : "the cosine"} of ${column} / 10000^(${row - (row % 2)}/${C}) is ${formatFixed(values[row * T + column]!, 3)}.`
    };
  };
  const waveData = () => {
    const {row, column} = selected;
    const wave = Array.from({length: T}, (_, t) => [t, values[row * T + t]!] as const);
    const length = 2 * Math.PI * 10000 ** ((row - (row % 2)) / C);
    return {
      label: `Number ${row} at every position`,
      x: {label: "position", min: 0, max: T - 1},
      y: {label: `number ${row}`, min: -1, max: 1},
      lines: [{name: `number ${row}`, stroke: "var(--key)", points: wave}],
      dots: [{x: column, y: wave[column]![1], fill: "var(--key)"}],
      reading: `A row is a wave: number ${row} repeats every ${formatFixed(length, length < 100 ? 1 : 0)} positions.`
    };
  };
  const productData = () => {
    const {column} = selected;
    const products = Array.from(dotProducts(table, C, column), (product, t) => [t, product] as const);
    const at = (t: number) => formatFixed(products[t]![1], 2);
    const neighbours = [column - 4, column + 4].filter((t) => t >= 0 && t < T);
    return {
      label: `Dot products of position ${column} with every position`,
      x: {label: "position", min: 0, max: T - 1},
      y: {label: `dot product with position ${column}`, min: 0, max: C / 2},
      lines: [{name: "dot product", stroke: "var(--query)", points: products}],
      dots: [{x: column, y: products[column]![1], fill: "var(--query)"}],
      reading: `Position ${column} with itself: ${at(column)}; ${neighbours.map((t) => `with position ${t}: ${at(t)}`).join("; ")}.`
    };
  };

  const map = tableMap(mapData(), {
    rowName: "number",
    columnName: "position",
    height: 224,
    onSelect(cell) {
      selected = cell;
      update();
    }
  });
  const wave = lineChart(waveData(), {height: 150});
  const product = lineChart(productData(), {height: 170});
  function update(): void {
    map.update(mapData());
    wave.update(waveData());
    product.update(productData());
  }
  const reset = html`<button type="button" class="button">Reset</button>`;
  reset.addEventListener("click", () => {
    selected = START;
    update();
  });
  return html`<figure class="figure" aria-label="The wave table">${map}${wave}${product}
    <p class="button-row">${reset}</p></figure>` as HTMLElement;
}
