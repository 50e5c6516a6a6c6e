import {html} from "htl";
import {Experiments} from "../experiment/client.js";
import type {TrialDesk} from "./desk.js";
import {gradientCheckPanel} from "./gradientCheckPanel.js";
import {rangePanel} from "./rangePanel.js";
import {sweepPanel} from "./sweepPanel.js";

export interface TrialsOptions extends Pick<TrialDesk, "settings" | "source" | "use"> {
  vocabularySize(): number;
}

/**
 * What can be tried before a run: rates, combinations of settings, gradients. All of it trains in the experiments' worker,
 * which is made at the first press of a button; `dispose` ends it.
 */
export function trials({vocabularySize, ...form}: TrialsOptions): HTMLElement & {dispose(): void} {
  const experiments = new Experiments();
  const desk: TrialDesk = {
    ...form,
    experiments,
    setBusy: (isBusy) => {
      for (const panel of panels) panel.block(isBusy);
    }
  };
  const sweep = sweepPanel(desk);
  const range = rangePanel(desk, (rate) => sweep.propose(rate));
  const check = gradientCheckPanel(desk, vocabularySize);
  const panels = [range, sweep, check];
  const node = html`<section class="trials" aria-label="Before the run">${panels.map((panel) => panel.node)}</section>`;
  return Object.assign(node as HTMLElement, {dispose: () => experiments.dispose()});
}
