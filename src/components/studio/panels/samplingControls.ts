import {html} from "htl";
import {PLAIN} from "../../generation/distribution.js";
import {asFigure, uniqueId} from "../../views/figure.js";
import {formatCount, formatFixed} from "../../views/format.js";
import {type InputNode, rangeInput} from "../../views/rangeInput.js";
import {LARGEST_SEED} from "../settings.js";
import type {Studio} from "../studio.js";
import {button, type Panel} from "./panel.js";

/** Tokens on the top-k slider until the vocabulary is known. */
const USUAL_VOCABULARY = 64;

/** The sliders that every view answers, and the seed of the continuation (where there is one). */
export function samplingControls(studio: Studio, {seed = true} = {}): Panel {
  const temperature = rangeInput({
    label: "Temperature",
    min: 0,
    max: 2,
    step: 0.01,
    value: PLAIN.temperature,
    format: (t) => (t === 0 ? "0, greedy" : formatFixed(t, 2))
  });
  const topP = rangeInput({
    label: "Top-p",
    min: 0.05,
    max: 1,
    step: 0.01,
    value: PLAIN.topP,
    format: (p) => (p === 1 ? "1, all" : formatFixed(p, 2))
  });
  const minP = rangeInput({
    label: "Min-p",
    min: 0,
    max: 1,
    step: 0.01,
    value: PLAIN.minP,
    format: (p) => (p === 0 ? "0, all" : formatFixed(p, 2))
  });
  let topK = topKSlider(USUAL_VOCABULARY);
  const seedBox = seedInput(studio);
  const reset = button("Reset the sliders", () => studio.set(PLAIN));
  temperature.addEventListener("input", () => studio.set({temperature: temperature.value}));
  topP.addEventListener("input", () => studio.set({topP: topP.value}));
  minP.addEventListener("input", () => studio.set({minP: minP.value}));

  function topKSlider(vocabulary: number): InputNode<number> & {vocabulary: number} {
    const slider = rangeInput({
      label: "Top-k",
      min: 1,
      max: vocabulary,
      step: 1,
      value: vocabulary,
      scale: "log",
      format: (k) => (k === vocabulary ? "all tokens" : formatCount(k))
    });
    slider.addEventListener("input", () =>
      studio.set({topK: slider.value === vocabulary ? null : slider.value})
    );
    return Object.assign(slider, {vocabulary});
  }

  const node = html`<div class="sampling" role="group" aria-label="Sampling">
    ${temperature}${topK}${topP}${minP}${seed ? seedBox : null}<p class="sampling-reset">${reset}</p>
  </div>`;
  return asFigure(node, ({settings, model}) => {
    const vocabulary = model?.model.config.vocabSize ?? USUAL_VOCABULARY;
    if (vocabulary !== topK.vocabulary) {
      const other = topKSlider(vocabulary);
      topK.replaceWith(other);
      topK = other;
    }
    move(temperature, settings.temperature);
    move(topP, settings.topP);
    move(minP, settings.minP);
    move(topK, Math.min(settings.topK ?? vocabulary, vocabulary));
    seedBox.update(settings.seed);
  });
}

/** Moves a slider that another page or tab has moved. */
function move(slider: InputNode<number>, value: number): void {
  if (slider.value !== value) slider.value = value;
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
