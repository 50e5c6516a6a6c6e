import {html} from "htl";
import {button} from "../../views/buttons.js";
import {formatFixed} from "../../views/format.js";
import {notice} from "../../views/notice.js";
import {progressBar} from "../../views/progressBar.js";
import {rangeInput} from "../../views/rangeInput.js";
import {type Bench, nameOf, RECORDED} from "./bench.js";
import {choice} from "./choices.js";
import type {LiveState} from "./liveRuns.js";

export interface RunPanelOptions {
  onBench(bench: Bench): void;
  /** Asked to train the chosen combination, or all of the chart. */
  onStart(all: boolean): void;
  onStop(): void;
  onReset(): void;
}

/** Buttons that train here, what they train with, and how far it has come. */
export function runPanel({onBench, onStart, onStop, onReset}: RunPanelOptions): {
  node: HTMLElement;
  show(state: LiveState): void;
  /** Puts the settings back, without telling of it. */
  reset(): void;
} {
  const layers = rangeInput({
    label: "Blocks",
    min: 2,
    max: 16,
    step: 1,
    value: RECORDED.nLayer,
    format: (value) => String(value)
  });
  const rate = rangeInput({
    label: "Learning rate",
    min: 0.0003,
    max: 0.03,
    step: 0.0001,
    value: RECORDED.learningRate,
    scale: "log",
    format: (value) => formatFixed(value, 4)
  });
  const lengths = [RECORDED.steps, 160, 480];
  const steps = choice(
    "Steps",
    lengths.map((length) => ({value: String(length), label: String(length)})),
    String(RECORDED.steps)
  );
  const one = button("Train this one here", () => onStart(false), true);
  const all = button("Train all of them", () => onStart(true));
  const stop = button("Stop", onStop);
  const reset = button("Reset", () => {
    putBack();
    onReset();
  });
  function putBack(): void {
    layers.value = RECORDED.nLayer;
    rate.value = RECORDED.learningRate;
    steps.value = String(RECORDED.steps);
  }
  stop.disabled = true;
  const state = html`<div class="run-state" aria-live="off"></div>`;
  const progress = progressBar({label: "", done: 0, total: null, unit: "steps"});

  const settings = html`<div class="run-settings">${layers}${rate}${steps}</div>` as HTMLElement;
  const read = () => onBench({nLayer: layers.value, learningRate: rate.value, steps: Number(steps.value)});
  layers.addEventListener("input", read);
  rate.addEventListener("input", read);
  steps.addEventListener("change", read);
  const fieldset =
    html`<fieldset class="run-fieldset"><legend class="visually-hidden">Settings of the runs</legend>
    ${settings}</fieldset>` as HTMLFieldSetElement;

  const node = html`<div class="run-panel">
    <p class="button-row">${one}${all}${stop}${reset}</p>
    ${state}
    <details><summary>Deeper, faster, longer</summary>${fieldset}</details>
  </div>` as HTMLElement;

  return {
    node,
    reset: putBack,
    show(next) {
      const running = next.type === "running";
      for (const control of [one, all, fieldset]) control.disabled = running;
      stop.disabled = !running;
      if (next.type === "running") {
        const {run, done, total, secondsLeft} = next;
        progress.update({
          label: `Training: ${nameOf(run.combination)}`,
          done,
          total,
          unit: "steps",
          secondsLeft
        });
        if (!state.contains(progress)) state.replaceChildren(progress);
      } else
        state.replaceChildren(
          ...(next.type === "failed" ? [notice({kind: "error", message: next.message})] : [])
        );
    }
  };
}
