import {html} from "htl";
import type {Surprise} from "../../evaluation/surprise.js";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatCount, formatFixed} from "../../views/format.js";
import {progressBar} from "../../views/progressBar.js";
import {type SurpriseData, surpriseText} from "../../views/surpriseText.js";
import type {MeasurementState} from "../measurement.js";
import type {StudioState} from "../studio.js";
import type {Panel} from "./panel.js";

type Row = [name: string, of: (surprise: Surprise) => string];

const ROWS: Row[] = [
  ["Perplexity", ({kept}) => formatFixed(kept?.perplexity ?? Number.NaN, 2)],
  ["Bits per character", ({kept}) => formatFixed(kept?.bitsPerCharacter ?? Number.NaN, 2)],
  ["Characters cut to zero", ({cut}) => formatCount(cut)]
];

/** The passage in numbers: under the model's own distribution, and under that which the sliders make of it. */
export function measureNumbers(): Panel {
  const cells = ROWS.map(([name]) => {
    const [plain, tempered] = [html`<td>–</td>`, html`<td>–</td>`];
    return {row: html`<tr><th scope="row">${name}</th>${plain}${tempered}</tr>`, plain, tempered};
  });
  const bar = progressBar({label: "Reading the passage", done: 0, total: null, unit: "characters"});
  bar.hidden = true;
  const note = html`<p class="figure-note" role="status"></p>`;
  const node = html`<figure class="figure measure-numbers">
    <table><caption>The passage, measured</caption>
      <thead><tr><td></td><th scope="col">Model’s own</th><th scope="col">Under the sliders</th></tr></thead>
      <tbody>${cells.map(({row}) => row)}</tbody></table>
    ${note}${bar}</figure>`;
  return asFigure(node, ({measurement}: StudioState) => {
    const {plain, tempered, progress} = measurement ?? {};
    bar.hidden = !progress;
    if (progress) bar.update({label: "Reading the passage", ...progress, unit: "characters"});
    if (!measurement || !plain || !tempered) return;
    ROWS.forEach(([, of], i) => {
      setText(cells[i]!.plain, of(plain));
      setText(cells[i]!.tempered, of(tempered));
    });
    setText(note, remark(measurement, tempered));
  });
}

function remark({stale, tokens}: MeasurementState, {cut, kept}: Surprise): string {
  if (stale) return "The sliders have moved; a passage this long is measured again when they rest.";
  if (!kept) return "Every character was cut to zero: under these settings the model could write none of it.";
  if (cut > 0)
    return `With a character cut to zero the perplexity of the whole is infinite; the numbers are over the other ${formatCount(tokens.length - 1 - cut)}.`;
  return `Over ${formatCount(tokens.length - 1)} characters, each predicted from those before it.`;
}

/** The passage coloured by the surprise of each character under the sliders. */
export function surprisePanel(): Panel {
  const empty = html`<p class="figure-reading">The passage stands here, coloured, once the model has read it.</p>`;
  const node = html`<section class="surprise-panel" aria-label="The passage, coloured by surprise">${empty}</section>`;
  let figure: Figure<SurpriseData> | null = null;
  let drawn: Surprise | null = null;
  return asFigure(node, ({measurement}: StudioState) => {
    const tempered = measurement?.tempered;
    if (!measurement || !tempered || tempered === drawn) return;
    drawn = tempered;
    const data = {tokens: measurement.tokens, nats: tempered.nats};
    if (figure) {
      figure.update(data);
      return;
    }
    figure = surpriseText(data);
    node.replaceChildren(figure);
  });
}
