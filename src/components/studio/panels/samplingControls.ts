import {html} from "htl";
import {PLAIN} from "../../generation/distribution.js";
import {asFigure, uniqueId} from "../../views/figure.js";
import {samplingSliders} from "../../views/samplingSliders.js";
import {LARGEST_SEED} from "../settings.js";
import type {Studio} from "../studio.js";
import {button, type Panel} from "./panel.js";

/** Tokens on the top-k slider until the vocabulary is known. */
const USUAL_VOCABULARY = 64;

/** The sliders that every view answers, and the seed of the continuation (where there is one). */
export function samplingControls(studio: Studio, {seed = true} = {}): Panel {
  const sliders = samplingSliders({vocabulary: USUAL_VOCABULARY, onInput: (change) => studio.set(change)});
  const seedBox = seedInput(studio);
  const reset = button("Reset the sliders", () => studio.set(PLAIN));
  const node = html`<div class="sampling" role="group" aria-label="Sampling">
    ${sliders}${seed ? seedBox : null}<p class="sampling-reset">${reset}</p>
  </div>`;
  return asFigure(node, ({settings, model}) => {
    sliders.update({options: settings, vocabulary: model?.model.config.vocabSize ?? USUAL_VOCABULARY});
    seedBox.update(settings.seed);
  });
}

function seedInput(studio: Studio) {
  const id = uniqueId("seed");
  const box =
    html`<input id=${id} type="number" min="0" max=${LARGEST_SEED} step="1" inputmode="numeric">` as HTMLInputElement;
  const another = button("Another", () => studio.set({seed: crypto.getRandomValues(new Uint16Array(1))[0]!}));
  box.addEventListener("input", () => {
    const seed = box.valueAsNumber;
    const usable = Number.isInteger(seed) && seed >= 0 && seed <= LARGEST_SEED;
    box.setCustomValidity(usable ? "" : `The seed is a whole number from 0 to ${LARGEST_SEED}.`);
    box.setAttribute("aria-invalid", String(!usable));
    if (usable) studio.set({seed});
    else box.reportValidity();
  });
  const node = html`<div class="seed"><label for=${id}>Seed</label><div class="button-row">${box}${another}</div></div>`;
  return asFigure(node, (seed: number) => {
    if (document.activeElement !== box && box.value !== String(seed)) box.value = String(seed);
  });
}
