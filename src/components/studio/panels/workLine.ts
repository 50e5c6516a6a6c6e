import {html} from "htl";
import {button} from "../../views/buttons.js";
import {asFigure, type Figure} from "../../views/figure.js";
import {progressBar} from "../../views/progressBar.js";
import type {Work} from "../examination.js";

/** What is under way, how long it will take, and a button that ends it; takes no room while there is nothing. */
export function workLine(stop: () => void): Figure<Work | null> {
  const bar = progressBar({label: "", done: 0, total: null, unit: ""});
  const node = html`<div class="work-line" hidden>${bar}${button("Stop", stop)}</div>` as HTMLElement;
  return asFigure(node, (work) => {
    node.hidden = work === null;
    if (!work) return;
    const {label, pace, unit} = work;
    bar.update({
      label,
      unit,
      done: pace?.done ?? 0,
      total: pace?.total ?? null,
      secondsLeft: pace?.secondsLeft
    });
    bar.classList.toggle("progress-unknown", pace === null);
  });
}
