import {html} from "htl";
import type {ModelConfig} from "../../model/config.js";
import type {Place, Sensitivity} from "../../model/tensorModel.js";
import {asFigure, type Figure, setText, uniqueId} from "../../views/figure.js";
import {formatFixed, formatPercent, formatPlural, tokenName, visibleToken} from "../../views/format.js";
import {plainTable} from "../../views/plainTable.js";
import {type TableMapData, tableMap} from "../../views/tableMap.js";
import {formatPower} from "../block/formatPower.js";
import {firstLayer, type LayerTable, layerName, layerSize, layerTable, rowName} from "./layers.js";

export interface InsideData extends Sensitivity {
  config: ModelConfig;
  /** The tokens read, and those that should have come next. */
  tokens: readonly string[];
  targets: readonly string[];
}

/** Height of a map in CSS pixels. */
const HEIGHT = 190;

/**
 * Every layer of one pass with the size of its numbers and of their gradients; of the one that is chosen, all of both,
 * a column for each token.
 */
export function insideFigure(data: InsideData): Figure<InsideData> {
  let current = data;
  let chosen = firstLayer(data.places, data.config);
  let cell = {row: 0, column: 0};
  /** The chosen layer, laid out. */
  let layer = laidOut(data.places[chosen]!);
  const group = uniqueId("layer");
  const summary = html`<p class="figure-reading" role="status"></p>`;
  const body = html`<tbody></tbody>`;
  const select = (next: typeof cell) => {
    cell = next;
    values.update(mapOf("values"));
    gradients.update(mapOf("gradient"));
  };
  const values = tableMap(mapOf("values"), {
    rowName: "number of the layer",
    columnName: "token",
    height: HEIGHT,
    onSelect: select
  });
  const gradients = tableMap(mapOf("gradient"), {
    rowName: "number of the layer",
    columnName: "token",
    height: HEIGHT,
    onSelect: select
  });
  const parameters = html`<div></div>`;
  const node = html`<figure class="figure inside-figure">${summary}
    <div class="inside-panes"><div class="scroll" role="region" aria-label="Layers" tabindex="0">
      <table class="inside-layers"><thead><tr><th scope="col">Layer</th><th scope="col">Shape</th>
        <th scope="col">Size</th><th scope="col">Zeros</th><th scope="col">Gradient</th></tr></thead>${body}</table></div>
      <div>${values}${gradients}</div></div>
    <details class="figure-table"><summary>Every parameter and its gradient</summary>${parameters}</details>
  </figure>` as HTMLElement;

  const region = node.querySelector<HTMLElement>(".scroll")!;

  function mapOf(what: "values" | "gradient"): TableMapData {
    const place = current.places[chosen]!;
    const table = layer[what];
    const {row, column} = cell;
    const extent = extentOf(place[what]);
    const x = table.values[row * table.columns + column]!;
    const where = `${tokenName(current.tokens[column]!)}, ${rowName(row, place.shape)}`;
    const target = current.targets[column]!;
    return {
      title:
        what === "values"
          ? `${layerName(place)}: its numbers`
          : "How the loss would change with each of them",
      values: table.values,
      rows: table.rows,
      columns: table.columns,
      low: -extent,
      high: extent,
      isCut: true,
      selected: cell,
      labels: {row: String(row + 1), column: visibleToken(current.tokens[column]!)},
      reading:
        what === "values"
          ? `Token ${column + 1} of ${table.columns}, ${where}: ${formatPower(x)}.`
          : x === 0
            ? `Token ${column + 1}, ${rowName(row, place.shape)}: the loss does not depend on it.`
            : `Token ${column + 1}, ${rowName(row, place.shape)}: one more would change the mean loss by ${formatPower(x)} nats if the loss ran on in a straight line; the next token should be ${tokenName(target)}.`
    };
  }

  function choose(index: number): void {
    chosen = index;
    layer = laidOut(current.places[chosen]!);
    select({
      row: Math.min(cell.row, layer.values.rows - 1),
      column: Math.min(cell.column, layer.values.columns - 1)
    });
  }

  function update(next: InsideData): void {
    const before = current.places[chosen]?.name;
    current = next;
    const same = next.places.findIndex(({name}) => name === before);
    chosen = same >= 0 ? same : firstLayer(next.places, next.config);
    setText(
      summary,
      `A loss of ${formatFixed(next.loss, 3)} nats a token over ${formatPlural(next.tokens.length, "token")}; ${formatPlural(next.places.length, "layer")} to look at. Size is the root of the mean square.`
    );
    body.replaceChildren(...next.places.map(layerRow));
    parameters.replaceChildren(
      plainTable({
        caption: "Euclidean norms",
        columns: ["Parameter", "Shape", "Norm", "Norm of its gradient", "Ratio"],
        texts: [1],
        rows: next.parameters.map(({name, shape, norm, gradientNorm}) => [
          name,
          `[${shape.join(", ")}]`,
          norm === 0 ? "0" : formatPower(norm),
          formatPower(gradientNorm),
          norm === 0 ? "–" : formatPower(gradientNorm / norm)
        ])
      })
    );
    choose(chosen);
    requestAnimationFrame(() => {
      const row = body.children[chosen] as HTMLElement;
      region.scrollTop = row.offsetTop - region.clientHeight / 2;
    });
  }

  function layerRow(place: Place, index: number): Element {
    const id = uniqueId("layer-choice");
    const input =
      html`<input type="radio" id=${id} name=${group} checked=${index === chosen}>` as HTMLInputElement;
    input.addEventListener("change", () => choose(index));
    const [size, slope] = [layerSize(place.values), layerSize(place.gradient)];
    return html`<tr><th scope="row">${input} <label for=${id}>${layerName(place)}</label></th>
      <td>[${place.shape.slice(1).join(", ")}]</td><td>${formatPower(size.rms)}</td>
      <td>${size.zeros === 0 ? "–" : formatPercent(size.zeros)}</td><td>${formatPower(slope.rms)}</td></tr>`;
  }

  update(data);
  return asFigure(node, update);
}

const laidOut = ({shape, values, gradient}: Place): {values: LayerTable; gradient: LayerTable} => ({
  values: layerTable(shape, values),
  gradient: layerTable(shape, gradient)
});

/** Where shades end: a few numbers are far larger than the rest, which would leave all others grey. */
const extentOf = (values: Float32Array): number => Number((2 * layerSize(values).rms).toPrecision(1)) || 1;
