import {html} from "htl";
import {PLAIN, type SamplingOptions} from "../generation/distribution.js";
import {asFigure, type Figure} from "./figure.js";
import {formatCount, formatFixed} from "./format.js";
import {type InputNode, rangeInput} from "./rangeInput.js";

export interface SamplingSlidersData {
  options: SamplingOptions;
  /** Tokens that top-k can keep. */
  vocabulary: number;
}

/** Sliders for temperature, top-k, top-p and min-p; `onInput` hears which of them the reader moved, and where to. */
export function samplingSliders({
  vocabulary,
  onInput
}: {
  vocabulary: number;
  onInput: (change: Partial<SamplingOptions>) => void;
}): Figure<SamplingSlidersData> {
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
  let topK = topKSlider(vocabulary);
  temperature.addEventListener("input", () => onInput({temperature: temperature.value}));
  topP.addEventListener("input", () => onInput({topP: topP.value}));
  minP.addEventListener("input", () => onInput({minP: minP.value}));

  function topKSlider(tokens: number): InputNode<number> & {tokens: number} {
    const slider = rangeInput({
      label: "Top-k",
      min: 1,
      max: tokens,
      step: 1,
      value: tokens,
      scale: "log",
      format: (k) => (k === tokens ? "all tokens" : formatCount(k))
    });
    slider.addEventListener("input", () => onInput({topK: slider.value === tokens ? null : slider.value}));
    return Object.assign(slider, {tokens});
  }

  const node = html`<div class="sampling-sliders">${temperature}${topK}${topP}${minP}</div>`;
  return asFigure(node, ({options, vocabulary: tokens}: SamplingSlidersData) => {
    if (tokens !== topK.tokens) {
      const other = topKSlider(tokens);
      topK.replaceWith(other);
      topK = other;
    }
    move(temperature, options.temperature);
    move(topP, options.topP);
    move(minP, options.minP ?? 0);
    move(topK, Math.min(options.topK || tokens, tokens));
  });
}

/** Moves a slider that something else has moved: another page, another tab, a button. */
function move(slider: InputNode<number>, value: number): void {
  if (slider.value !== value) slider.value = value;
}
