import {html} from "htl";
import {describeRemovals} from "../corpus/cleanBookReport.js";
import type {Reading} from "../training/protocol.js";
import type {HistoryPoint} from "../training/snapshot.js";
import {asFigure, type Figure, setText} from "../views/figure.js";
import type {LossData} from "../views/lossData.js";
import {lossFrame} from "../views/lossFrame.js";
import {notice} from "../views/notice.js";
import {progressBar} from "../views/progressBar.js";
import {runTable} from "../views/runTable.js";
import {statGrid} from "../views/statGrid.js";
import {type Comparison, compareRuns, isHonest} from "./comparison.js";
import {liveAttention} from "./liveAttention.js";
import {
  circumstances,
  earlyStop,
  epochsOf,
  headlineOf,
  numbersOf,
  type RunDescription,
  sampleLine
} from "./runSentences.js";
import type {RunState} from "./runState.js";

/** Beside what such a model writes: why its loss promises more than that. */
export const CHEATING =
  "This model has no causal mask: in training each position sees the whole window, the token it must predict included. Its loss therefore falls towards nothing by copying, not by predicting, and means nothing for writing, where the next token is not there to be seen: the text below shows it.";

/** What a reader can ask for here. */
export interface RunActions {
  /** To take a run from the shelf. */
  remove(runId: string): void;
  /** To go back to the checkpoint with the lowest validation loss. */
  restoreBest(): void;
  /** To see what the heads attend to in the text that was written last. */
  attend(): void;
}

/**
 * How a run stands: a sentence, progress, numbers, the loss curves of this run and of those on the shelf, and the
 * latest sample with what its heads attend to.
 */
export function runView(initial: RunState, actions: RunActions): Figure<RunState> {
  const headline = html`<p class="run-headline" role="status"></p>`;
  const problem = html`<div></div>`;
  const early = html`<div></div>`;
  const reading = progressBar({label: "Reading", done: 0, total: null, unit: "bytes"});
  reading.hidden = true;
  const remarks = html`<div></div>`;
  const engine = html`<p class="figure-note"></p>`;
  const removed =
    html`<details class="removed" hidden><summary>What cleaning took out of the text</summary><ul></ul></details>` as HTMLElement;
  const progress = progressBar({label: "Training", done: 0, total: null, unit: "steps"});
  const stats = statGrid([], {label: "The run in numbers"});
  const curves = html`<div></div>`;
  let chart: Figure<LossData> | null = null;
  const table = runTable({rows: [], unit: "character", notes: []}, actions.remove);
  const sampleTitle = html`<figcaption class="figure-title"></figcaption>`;
  const sampleText = html`<pre class="sample" tabindex="0"></pre>`;
  const cheating = html`<p class="figure-note cheating" hidden>${CHEATING}</p>` as HTMLElement;
  const sample =
    html`<figure class="figure" hidden>${sampleTitle}${cheating}${sampleText}</figure>` as HTMLElement;
  const attention = liveAttention(initial, actions.attend);
  const body =
    html`<div hidden>${progress}${stats}${curves}${table}${sample}${attention}</div>` as HTMLElement;
  let shownProblem: RunState["problem"] = null;
  let shownRemarks: RunState["remarks"] = [];
  let shownRemoved: RunState["removed"] = null;
  let drawn = "";
  let shownEarly = "";

  function update(state: RunState): void {
    setText(headline, headlineOf(state));
    if (state.problem !== shownProblem) {
      shownProblem = state.problem;
      problem.replaceChildren(
        ...(shownProblem ? [notice({kind: "error", message: shownProblem.message})] : [])
      );
    }
    showEarlyStop(state);
    reading.hidden = state.reading === null;
    if (state.reading) {
      const {purpose, bytes: done, bytesPerSecond: rate, ...rest} = state.reading;
      reading.update({label: purposes[purpose], unit: "bytes", done, rate, ...rest});
    }
    if (state.remarks !== shownRemarks) {
      shownRemarks = state.remarks;
      remarks.replaceChildren(...shownRemarks.map((said) => html`<p class="figure-note">${said}</p>`));
    }
    if (state.removed !== shownRemoved) {
      shownRemoved = state.removed;
      removed.hidden = shownRemoved === null;
      const sentences = describeRemovals(shownRemoved ?? []);
      removed.querySelector("ul")!.replaceChildren(...sentences.map((said) => html`<li>${said}</li>`));
    }
    const run: RunDescription | null = state.run ?? state.stored;
    body.hidden = run === null;
    setText(engine, run ? circumstances(state, run) : "");
    if (!run) return;
    progress.update({
      label: "Training",
      done: state.step,
      total: run.trainConfig.steps,
      unit: "steps",
      note: epochsOf(state, run),
      secondsLeft: state.state === "running" ? state.secondsLeft : null
    });
    stats.update(numbersOf(state, run));
    draw(state, run);
    attention.update(state);
    sample.hidden = state.sample === null;
    cheating.hidden = isHonest(run.modelConfig);
    if (state.sample) {
      setText(sampleTitle, sampleLine(state.sample));
      setText(sampleText, state.sample.text);
    }
  }

  /** Why the run ended, and the way to its best state where that is kept. */
  function showEarlyStop(state: RunState): void {
    const stop = state.state === "running" || state.state === "preparing" ? null : earlyStop(state);
    const isKept = state.checkpoints.some(({kind, step}) => kind === "best" && step === stop?.best.step);
    const key = stop ? `${isKept} ${stop.message}` : "";
    if (key === shownEarly) return;
    shownEarly = key;
    const action = isKept ? {label: "Go back to the best", run: actions.restoreBest} : undefined;
    early.replaceChildren(...(stop ? [notice({kind: "info", message: stop.message, action})] : []));
  }

  /** A curve of thousands of points is redrawn only when it has grown. */
  function draw(state: RunState, run: RunDescription): void {
    const {history, validationLoss, kept} = state;
    const key = [
      run.runId,
      state.notes,
      history.length,
      validationLoss,
      ...kept.map(({run}) => `${run.runId} ${run.step}`)
    ];
    if (drawn === key.join()) return;
    drawn = key.join();
    const {runId, modelConfig, trainConfig, corpus} = run;
    const comparison = compareRuns(
      {runId, modelConfig, trainConfig, corpus, step: state.step, history, notes: state.notes},
      kept
    );
    const {unit, scale, rows, notes} = comparison;
    const data: LossData = {
      history: inUnit(history, comparison),
      lnV: scale.val * Math.log(modelConfig.vocabSize),
      floor: corpus.floor && scale.val * corpus.floor.val,
      steps: trainConfig.steps,
      unit,
      others: comparison.curves
    };
    if (chart) chart.update(data);
    else {
      // What draws is large, and there is nothing to draw before there is a run.
      chart = lossFrame(
        data,
        import("../views/lossPlot.js").then(({plotLoss}) => plotLoss)
      );
      curves.replaceChildren(chart);
    }
    table.update({rows, unit, notes});
  }

  const node = html`<section class="run" aria-label="The run">${headline}${early}${reading}${problem}${engine}${remarks}${removed}${body}</section>`;
  update(initial);
  return asFigure(node, update);
}

/** Why a text is being read. */
const purposes: Record<Reading["purpose"], string> = {
  recognise: "Reading, to see whether this browser has its tokens already",
  learn: "Reading, to learn its length and its vocabulary",
  cut: "Reading once more, to cut it into tokens"
};

function inUnit(history: readonly HistoryPoint[], {scale}: Comparison): readonly HistoryPoint[] {
  if (scale.train === 1 && scale.val === 1) return history;
  return history.map(({step, trainLoss, validationLoss}) => ({
    step,
    trainLoss: trainLoss === null ? null : scale.train * trainLoss,
    validationLoss: validationLoss === null ? null : scale.val * validationLoss
  }));
}
