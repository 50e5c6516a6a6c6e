import {html} from "htl";
import {isComplete} from "../training/earlyStopping.js";
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

/** A button of the page. */
export function actionButton(label: string, primary: boolean, press: () => void): HTMLButtonElement {
  const className = primary ? "button button-primary" : "button";
  const node = html`<button type="button" class=${className}>${label}</button>` as HTMLButtonElement;
  // Not as an attribute of the template: the site's security policy forbids handlers in markup.
  node.addEventListener("click", press);
  return node;
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
  const toggle = actionButton("Resume", true, () => (isRunning ? actions.pause() : actions.resume()));
  const step = actionButton("One step", false, actions.step);
  const stop = actionButton("Stop", false, actions.stop);
  const save = actionButton("Export to ONNX", false, actions.export);
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
