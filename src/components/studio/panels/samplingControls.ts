import {html} from "htl";
import {PLAIN} from "../../generation/distribution.js";
import {button} from "../../views/buttons.js";
import {asFigure} from "../../views/figure.js";
import {samplingSliders} from "../../views/samplingSliders.js";
import {seedInput} from "../../views/seedInput.js";
import type {Studio} from "../studio.js";
import type {Panel} from "./panel.js";

/** Tokens on the top-k slider until the vocabulary is known. */
const USUAL_VOCABULARY = 64;

/** The sliders that every view answers, and the seed of the continuation (where there is one). */
export function samplingControls(studio: Studio, {seed = true} = {}): Panel {
  const sliders = samplingSliders({vocabulary: USUAL_VOCABULARY, onInput: (change) => studio.set(change)});
  const seedBox = seedInput({
    seed: studio.state.settings.seed,
    onSeed: (seed) => studio.set({seed}),
    buttons: [button("Another", () => studio.set({seed: crypto.getRandomValues(new Uint16Array(1))[0]!}))]
  });
  const reset = button("Reset the sliders", () => studio.set(PLAIN));
  const node = html`<div class="sampling" role="group" aria-label="Sampling">
    ${sliders}${seed ? seedBox : null}<p class="sampling-reset">${reset}</p>
  </div>`;
  return asFigure(node, ({settings, model}) => {
    sliders.update({options: settings, vocabulary: model?.model.config.vocabSize ?? USUAL_VOCABULARY});
    seedBox.update(settings.seed);
  });
}
