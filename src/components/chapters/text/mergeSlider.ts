import {html} from "htl";
import {formatCount, formatPlural} from "../../views/format.js";
import {type InputNode, rangeInput} from "../../views/rangeInput.js";
import type {TextStore} from "./state.js";

/** The slider over merges, which several figures have: all move together. */
export function mergeSlider(store: TextStore): HTMLElement {
  const node = html`<div class="merge-slider"></div>` as HTMLElement;
  let slider: InputNode<number> | null = null;
  let most = -1;
  store.listen(({merges, learned}) => {
    if (merges.length !== most) {
      most = merges.length;
      slider = most > 0 ? makeSlider() : null;
      node.replaceChildren(
        slider ??
          html`<p class="figure-note">In this text no two neighbours occur twice, so there is nothing to merge.</p>`
      );
    }
    if (slider && slider.value !== learned + 1) slider.value = learned + 1;
  });

  /** Early merges change most, so each doubling has the same room; a logarithm begins at 1. */
  function makeSlider(): InputNode<number> {
    const made = rangeInput({
      label: "Merges learned",
      min: 1,
      max: most + 1,
      step: 1,
      value: store.state.learned + 1,
      scale: "log",
      format: (value) => `${formatCount(value - 1)} of ${formatPlural(most, "merge")}`
    });
    made.addEventListener("input", () => store.setLearned(made.value - 1));
    return made;
  }
  return node;
}
