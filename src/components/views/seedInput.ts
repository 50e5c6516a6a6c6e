import {html} from "htl";
import {LARGEST_SEED} from "../random.js";
import {asFigure, type Figure, uniqueId} from "./figure.js";

/** A box for a seed, with buttons beside it; a number that is none is said to be, and `onSeed` does not hear of it. */
export function seedInput({
  seed,
  onSeed,
  buttons = []
}: {
  seed: number;
  onSeed: (seed: number) => void;
  buttons?: readonly Node[];
}): Figure<number> {
  const id = uniqueId("seed");
  const box =
    html`<input id=${id} type="number" min="0" max=${LARGEST_SEED} step="1" inputmode="numeric" value=${seed}>` as HTMLInputElement;
  box.addEventListener("input", () => {
    const value = box.valueAsNumber;
    const usable = Number.isInteger(value) && value >= 0 && value <= LARGEST_SEED;
    mark(usable);
    if (usable) onSeed(value);
    else box.reportValidity();
  });
  function mark(usable: boolean): void {
    box.setCustomValidity(usable ? "" : `The seed is a whole number from 0 to ${LARGEST_SEED}.`);
    box.setAttribute("aria-invalid", String(!usable));
  }
  const node = html`<div class="seed"><label for=${id}>Seed</label><div class="button-row">${box}${buttons}</div></div>`;
  return asFigure(node, (next: number) => {
    if (document.activeElement === box || box.value === String(next)) return;
    box.value = String(next);
    mark(true);
  });
}
