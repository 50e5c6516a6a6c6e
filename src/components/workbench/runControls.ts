import {html} from "htl";
import {isComplete} from "../training/earlyStopping.js";
import {button} from "../views/buttons.js";
import {asFigure, type Figure, setText} from "../views/figure.js";
import type {RunState} from "./runState.js";

/** What the buttons do. */
export interface ControlActions {
  pause(): void;
  resume(): void;
  step(): void;
  stop(): void;
  export(): void;
}

/** Whether nothing is left to do in the run that is shown. */
export function isOver({run, stored, step, history}: RunState): boolean {
  const shown = run ?? stored;
  return shown !== null && isComplete({step, history, trainConfig: shown.trainConfig});
}

/** Pause or resume, one step, stop, export; `hasWorker` says whether there is one to stop. */
export function runControls(actions: ControlActions, hasWorker: () => boolean): Figure<RunState> {
  let isRunning = false;
  // One button, so that the keyboard's focus stays where it is.
  const toggle = button("Resume", () => (isRunning ? actions.pause() : actions.resume()), true);
  const step = button("One step", actions.step);
  const stop = button("Stop", actions.stop);
  const save = button("Export to ONNX", actions.export);
  const node = html`<p class="button-row">${toggle}${step}${stop}${save}</p>` as HTMLElement;

  function update(state: RunState): void {
    const exists = state.run !== null || state.stored !== null;
    const busy = state.state === "preparing";
    isRunning = state.state === "running";
    const over = isOver(state);
    node.hidden = !exists && !hasWorker();
    setText(toggle, isRunning ? "Pause" : "Resume");
    toggle.disabled = !isRunning && (!exists || busy || over);
    step.disabled = !exists || busy || isRunning || over;
    stop.disabled = !hasWorker();
    save.disabled = !exists || busy;
  }
  return asFigure(node, update);
}
