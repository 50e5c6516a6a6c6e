import {html} from "htl";
import {messageOf} from "../../errorMessage.js";
import {Experiments} from "../../experiment/client.js";
import type {ExperimentReport} from "../../experiment/protocol.js";
import type {CorpusSource} from "../../training/protocol.js";
import {button} from "../../views/buttons.js";
import {setText} from "../../views/figure.js";
import {formatDuration, formatFixed, formatPlural} from "../../views/format.js";
import {notice} from "../../views/notice.js";
import {progressBar} from "../../views/progressBar.js";
import type {Trial} from "./trials.js";

/** What a reader's own run has come to: losses of its batches and of held-out text, each with its step, nats a token. */
export interface LiveTrial {
  trial: Trial;
  losses: (readonly [step: number, loss: number])[];
  curve: (readonly [step: number, loss: number])[];
}

export interface TrialPanelOptions {
  corpus: CorpusSource;
  /** What is to be trained, asked at each start. */
  trial(): Trial;
  /** Hears of the run now and then as it goes, at its end, and null when it is put away. */
  onChange(run: LiveTrial | null): void;
  /** For tests. */
  experiments?: Pick<Experiments, "run" | "stop" | "dispose"> | undefined;
  now?: (() => number) | undefined;
}

/** Steps between two drawings. */
const DRAWN = 5;

/** Buttons that train one of the chapter's small models in the tab, and how far that has come. */
export function trialPanel(options: TrialPanelOptions): HTMLElement & {dispose(): void} {
  const {corpus, trial, onChange, experiments = new Experiments(), now = () => performance.now()} = options;
  let run: LiveTrial | null = null;
  const start = button("Train it here", () => void train(), true);
  const stop = button("Stop", () => experiments.stop());
  const reset = button("Reset", () => {
    run = null;
    problem.replaceChildren();
    setText(state, "");
    reset.disabled = true;
    onChange(null);
  });
  const progress = progressBar({label: "Training", done: 0, total: null, unit: "steps"});
  const state = html`<p class="figure-note" role="status"></p>`;
  const problem = html`<div></div>`;

  async function train(): Promise<void> {
    const mine: LiveTrial = {trial: trial(), losses: [], curve: []};
    run = mine;
    const {steps} = mine.trial.train;
    const {model, train} = mine.trial;
    problem.replaceChildren();
    settle(true);
    progress.update({label: "Starting", done: 0, total: steps, unit: "steps"});
    setText(state, "Starting: the engine and the text are being fetched …");
    onChange(mine);
    let began = now();
    try {
      const isComplete = await new Promise<boolean>((resolve, reject) => {
        experiments.run({corpus, model, train}, (report: ExperimentReport) => {
          if (report.type === "started") {
            began = now();
            setText(state, "Training here, in this tab …");
          } else if (report.type === "evaluated") mine.curve.push([report.step, report.validationLoss]);
          else if (report.type === "step") {
            mine.losses.push([report.step, report.loss]);
            if (report.step % DRAWN !== 0) return;
            onChange(mine);
            const secondsLeft = ((now() - began) / 1000 / report.step) * (steps - report.step);
            progress.update({label: "Training", done: report.step, total: steps, unit: "steps", secondsLeft});
          } else if (report.type === "failed") reject(new Error(report.message));
          else if (report.type === "ended") resolve(report.isComplete);
        });
      });
      const last = mine.losses.at(-1);
      if (!last) setText(state, "Stopped before the first step.");
      else {
        const end = `the loss of the last batch is ${formatFixed(last[1], 3)} nats`;
        if (isComplete)
          setText(state, `Trained in this tab in ${formatDuration((now() - began) / 1000)}: ${end}.`);
        else setText(state, `Stopped after ${formatPlural(last[0], "step")}: ${end}.`);
      }
    } catch (error) {
      setText(state, "");
      problem.replaceChildren(notice({kind: "error", message: messageOf(error)}));
    }
    settle(false);
    onChange(mine);
  }
  function settle(isTraining: boolean): void {
    start.disabled = isTraining;
    stop.disabled = !isTraining;
    reset.disabled = isTraining || run === null;
    progress.hidden = !isTraining;
  }

  settle(false);
  const node = html`<div class="tab-trial"><p class="button-row">${start}${stop}${reset}</p>${state}${progress}${problem}</div>`;
  return Object.assign(node as HTMLElement, {dispose: () => experiments.dispose()});
}
