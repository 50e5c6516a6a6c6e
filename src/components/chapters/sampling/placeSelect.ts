import {html} from "htl";
import {asFigure, type Figure, uniqueId} from "../../views/figure.js";
import {visibleToken} from "../../views/format.js";
import type {Place, SamplingPage} from "./samplingPage.js";

/** Characters of a place that fit into a list. */
const SHOWN = 30;

/** Chooses one of the page's places; shows `place`, wherever it was chosen. */
export function placeSelect(
  {places}: SamplingPage,
  {place, onChoose}: {place: number; onChoose: (place: number) => void}
): Figure<number> {
  const id = uniqueId("place");
  const options = places.map((place, i) => html`<option value=${i}>${placeText(place, SHOWN)}</option>`);
  const select = html`<select id=${id} class="place-select">${options}</select>` as HTMLSelectElement;
  select.value = String(place);
  select.addEventListener("change", () => onChoose(Number(select.value)));
  return asFigure(
    html`<div class="place"><label for=${id}>What comes after</label>${select}</div>`,
    (next: number) => {
      select.value = String(next);
    }
  );
}

/** The last characters of the text before a place; an end that could not be seen is. */
export function placeText({before}: Place, characters: number): string {
  // Spaces between words read better as they are.
  const text = before
    .map(visibleToken)
    .join("")
    .replace(/␣(?!$)/g, " ");
  return `…${text.slice(-characters)}`;
}
