import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {type Figure, setText} from "../views/figure.js";
import {notice} from "../views/notice.js";
import {progressBar} from "../views/progressBar.js";
import type {ComparedStep, comparedRun} from "./comparedRun.js";
import {lossComparison} from "./lossComparison.js";
import type {Role, TeamPlan} from "./protocol.js";
import {comparisonSentences} from "./sentences.js";
import {stepTable} from "./stepTable.js";

export interface TeamPanelOptions {
  /** Inputs that the next run depends on; disabled during one. */
  settings: HTMLElement;
  /** What to run, as the inputs say. */
  read(): {plan: TeamPlan; roles: Role[]; team: string};
  /** What was counted, in sentences. */
  count(step: ComparedStep, roles: readonly Role[]): string;
  /** More to show of the steps that were made. */
  picture?: Figure<readonly ComparedStep[]>;
  /** For tests. */
  run?: typeof comparedRun;
}

/**
 * Buttons that train a team and one worker side by side, how far they have come, and every step in numbers. Workers and
 * the code that directs them are fetched at the press.
 */
export function teamPanel({
  settings,
  read,
  count,
  picture,
  run
}: TeamPanelOptions): HTMLElement & {dispose(): void} {
  let stopping: AbortController | null = null;

  const start = html`<button type="button" class="button button-primary">Run</button>` as HTMLButtonElement;
  const stop = html`<button type="button" class="button" disabled>Stop</button>` as HTMLButtonElement;
  const fields =
    html`<fieldset class="run-fieldset"><legend class="visually-hidden">Settings of the run</legend>${settings}</fieldset>` as HTMLFieldSetElement;
  const state = html`<div></div>`;
  const progress = progressBar({label: "", done: 0, total: null, unit: "steps"});
  const sentence = html`<p class="figure-reading" role="status"></p>`;
  const counted = html`<p class="figure-reading team-count"></p>`;
  const curves = lossComparison({team: "", steps: [], last: 1});
  const table = stepTable({team: "", steps: []});
  const results = html`<div hidden>${counted}${picture ?? null}${curves}${table}</div>` as HTMLElement;
  const node =
    html`<div class="team-panel">${fields}<p class="button-row">${start}${stop}</p>${state}${sentence}${results}</div>` as HTMLElement;

  async function begin(): Promise<void> {
    const {plan, roles, team} = read();
    const total = plan.train.steps;
    const own = new AbortController();
    stopping = own;
    const steps: ComparedStep[] = [];
    setText(sentence, "");
    results.hidden = true;
    busy(true);
    progress.update({
      label: `Starting ${team}, and one to compare with`,
      done: 0,
      total: null,
      unit: "steps"
    });
    state.replaceChildren(progress);
    let begun = 0;
    const onStep = (step: ComparedStep) => {
      if (own.signal.aborted) return;
      steps.push(step);
      if (steps.length === 1) begun = performance.now();
      const perStep = (performance.now() - begun) / 1000 / Math.max(1, steps.length - 1);
      const secondsLeft = steps.length > 2 ? perStep * (total - steps.length) : null;
      progress.update({
        label: `Training with ${team}, and with one`,
        done: step.step,
        total,
        unit: "steps",
        secondsLeft
      });
      setText(counted, count(step, roles));
      picture?.update(steps);
      curves.update({team, steps, last: total});
      table.update({team, steps});
      results.hidden = false;
    };
    try {
      const compare = run ?? (await import("./comparedRun.js")).comparedRun;
      await compare(plan, roles, {signal: own.signal, onStep});
      state.replaceChildren();
    } catch (error) {
      state.replaceChildren(
        ...(own.signal.aborted ? [] : [notice({kind: "error", message: messageOf(error)})])
      );
    }
    busy(false);
    setText(sentence, comparisonSentences(team, steps));
  }

  function busy(isBusy: boolean): void {
    // A disabled button would keep the focus and hear no key.
    const focused = document.activeElement;
    start.disabled = isBusy;
    stop.disabled = !isBusy;
    fields.disabled = isBusy;
    if (focused === start && isBusy) stop.focus();
    if (focused === stop && !isBusy) start.focus();
  }
  start.addEventListener("click", () => void begin());
  stop.addEventListener("click", () => stopping?.abort());
  return Object.assign(node, {dispose: () => stopping?.abort()});
}
