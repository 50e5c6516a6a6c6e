import {html} from "htl";
import {asFigure, type Figure} from "../../views/figure.js";
import {formatFixed} from "../../views/format.js";
import type {BendPlotData} from "./bendPlot.js";
import {bendAt, curveAt, unitCount} from "./bends.js";
import {placeOf, places} from "./target.js";
import {unitInWords} from "./unitList.js";

/** The picture in a sentence or two. */
export function bendWords({network, unit}: BendPlotData): string {
  const count = unitCount(network);
  const within = Array.from({length: count}, (_, i) => bendAt(network, i)).filter(
    (x) => x > -1 && x < 1
  ).length;
  const bends = `The curve has ${within} of at most ${count} ${count === 1 ? "bend" : "bends"} in the picture.`;
  return unit < count ? `${bends} ${unitInWords(network, unit)}.` : bends;
}

/** Places whose values the table names. */
const NAMED = Array.from({length: 11}, (_, i) => placeOf(-1 + i / 5));

/** The same as a table: the function and the curve at eleven places. */
export function bendTable(): Figure<BendPlotData> {
  const rows = NAMED.map((place) => {
    const [wanted, got] = [html`<td class="number"></td>`, html`<td class="number"></td>`];
    return {
      place,
      wanted,
      got,
      row: html`<tr><td class="number">${formatFixed(places[place]!, 1)}</td>${wanted}${got}</tr>`
    };
  });
  const node = html`<details class="figure-table"><summary>Function and network as a table</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Function and network"><table><thead><tr><th scope="col">x</th><th scope="col">function</th><th scope="col">network</th></tr></thead>
    <tbody>${rows.map(({row}) => row)}</tbody></table></div></details>` as HTMLDetailsElement;
  let latest: BendPlotData | null = null;
  function fill(): void {
    if (!latest || !node.open) return;
    for (const {place, wanted, got} of rows) {
      wanted.textContent = formatFixed(latest.points.y[place]!, 2);
      got.textContent = formatFixed(curveAt(latest.network, places[place]!), 2);
    }
  }
  node.addEventListener("toggle", fill);
  return asFigure(node, (data: BendPlotData) => {
    latest = data;
    fill();
  });
}
