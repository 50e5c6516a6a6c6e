import {html} from "htl";
import {button} from "../views/buttons.js";
import {type ProgressData, progressBar} from "../views/progressBar.js";

export interface Work {
  node: HTMLElement;
  update(progress: ProgressData): void;
}

/** Something under way: how far it is, and a button that ends it. */
export function work(progress: ProgressData, stop: () => void): Work {
  const bar = progressBar(progress);
  return {
    node: html`<div class="work-line">${bar}${button("Stop", stop)}</div>` as HTMLElement,
    update: (progress) => bar.update(progress)
  };
}
