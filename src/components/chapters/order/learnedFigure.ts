import {html} from "htl";
import {sinusoids} from "../../model/positionTables.js";
import {formatFixed} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {tableMap} from "../../views/tableMap.js";
import {learnedTable, type OrderPage} from "./orderPage.js";
import {cosines, transposed} from "./similarity.js";

/** A trained position table, how alike its positions are, and the same of the wave table; one position is chosen. */
export function learnedFigure({model, T, C, ...packed}: OrderPage["learned"]): HTMLElement {
  const table = learnedTable({model, T, C, ...packed});
  const values = transposed(table, C);
  // A few numbers are far larger than the rest, which would leave all others grey.
  const size = Math.sqrt(table.reduce((sum, x) => sum + x * x, 0) / table.length);
  const extent = Number((2 * size).toPrecision(1));
  const alike = cosines(table, C);
  const waves = cosines(sinusoids(T, C), C);
  const start = {row: Math.floor(C / 3), column: Math.floor(T / 2), other: Math.floor(T / 2)};
  let selected = start;

  const tableData = () => {
    const {row, column} = selected;
    return {
      title: `The position table of ${model}: ${T} positions of ${C} learned numbers`,
      values,
      rows: C,
      columns: T,
      low: -extent,
      high: extent,
      isCut: true,
      selected: {row, column},
      reading: `Position ${column}, number ${row}: ${formatFixed(values[row * T + column]!, 3)}.`
    };
  };
  const alikeData = () => {
    const {column, other} = selected;
    return {
      title: "Cosine similarity of all pairs of its positions",
      values: alike,
      rows: T,
      columns: T,
      low: -1,
      high: 1,
      selected: {row: other, column},
      reading: `Positions ${column} and ${other}: cosine ${formatFixed(alike[column * T + other]!, 3)}.`
    };
  };
  const lineData = () => {
    const {column} = selected;
    const row = (matrix: Float32Array) =>
      Array.from({length: T}, (_, t) => [t, matrix[column * T + t]!] as const);
    const near = column + 1 < T ? column + 1 : column - 1;
    const far = column < T / 2 ? T - 1 : 0;
    const says = (matrix: Float32Array) =>
      `${formatFixed(matrix[column * T + near]!, 2)} with position ${near}, ${formatFixed(matrix[column * T + far]!, 2)} with position ${far}`;
    return {
      label: `Cosine similarity of position ${column} with every position, learned and sinusoidal`,
      x: {label: "position", min: 0, max: T - 1},
      y: {label: `cosine with position ${column}`, min: -1, max: 1},
      lines: [
        {name: "learned", mark: "L", stroke: "var(--query)", points: row(alike)},
        {name: "sinusoidal", mark: "S", stroke: "var(--value)", dash: "7 3", points: row(waves)}
      ],
      reading: `Position ${column}, learned (L, solid): ${says(alike)}. Sinusoidal (S, dashed): ${says(waves)}.`
    };
  };

  const map = tableMap(tableData(), {
    rowName: "number",
    columnName: "position",
    height: 192,
    onSelect({row, column}) {
      selected = {...selected, row, column};
      update();
    }
  });
  const square = tableMap(alikeData(), {
    rowName: "position",
    columnName: "position",
    largestWidth: 440,
    onSelect({row, column}) {
      selected = {...selected, column, other: row};
      update();
    }
  });
  const line = lineChart(lineData(), {height: 190});
  function update(): void {
    map.update(tableData());
    square.update(alikeData());
    line.update(lineData());
  }
  const reset = html`<button type="button" class="button">Reset</button>`;
  reset.addEventListener("click", () => {
    selected = start;
    update();
  });
  return html`<figure class="figure" aria-label="A learned position table">${map}${square}${line}
    <p class="button-row">${reset}</p></figure>` as HTMLElement;
}
