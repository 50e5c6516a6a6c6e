import {html} from "htl";
import {formatFixed} from "../../views/format.js";
import type {BigramTrace, Rung} from "./trace.js";

/** Every model's loss on the same held-out text, on one scale that begins at 0. */
export function ladderFigure({
  ladder,
  corpus,
  samples
}: Pick<BigramTrace, "ladder" | "corpus" | "samples">): HTMLElement {
  const rungs: Rung[] =
    corpus.floor === null
      ? [...ladder]
      : [
          ...ladder,
          {name: "The floor: the grammar that wrote the text", sees: "everything", loss: corpus.floor}
        ];
  const most = Math.max(...rungs.map(({loss}) => loss));
  return html`<figure class="figure ladder"><table class="bars">
    <caption>Loss on held-out text, nats a character</caption>
    <thead><tr><th scope="col">Model</th><th scope="col">Looks back</th><th scope="col" class="bar-cell"><span class="visually-hidden">Bar</span></th>
      <th scope="col">Loss</th><th scope="col" aria-label="e to the power of the loss">e<sup>loss</sup></th></tr></thead>
    <tbody>${rungs.map(
      ({name, sees, loss}) => html`<tr><th scope="row">${name}</th><td class="ladder-sees">${sees}</td>
        <td class="bar-cell" aria-hidden="true"><span class="bar-track"><span class="bar bar-surprise" style=${`width: ${((100 * loss) / most).toFixed(2)}%`}></span></span></td>
        <td class="number">${formatFixed(loss, 3)}</td><td class="number">${formatFixed(Math.exp(loss), 2)}</td></tr>`
    )}</tbody></table>
    <div class="ladder-samples">${samples.map(
      ({name, text}) =>
        html`<section><h3 class="figure-title">${name} writes</h3><p class="ladder-sample">${text.trim()}</p></section>`
    )}</div></figure>` as HTMLElement;
}
