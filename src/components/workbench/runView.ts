import {html} from "htl";
import {describeRemovals} from "../corpus/cleanBookReport.js";
import {type CorpusMeta, charactersPerToken} from "../corpus/meta.js";
import type {ModelConfig} from "../model/config.js";
import {parameterCount} from "../model/parameters.js";
import {unitOf} from "../text/tokenizer.js";
import type {Reading} from "../training/protocol.js";
import type {HistoryPoint} from "../training/snapshot.js";
import {asFigure, type Figure, setText} from "../views/figure.js";
import {formatCount, formatFixed, formatPlural, formatRate} from "../views/format.js";
import type {LossData} from "../views/lossData.js";
import {lossFrame} from "../views/lossFrame.js";
import {notice} from "../views/notice.js";
import {progressBar} from "../views/progressBar.js";
import {runTable} from "../views/runTable.js";
import {statGrid} from "../views/statGrid.js";
import {type Comparison, compareRuns, isHonest} from "./comparison.js";
import type {RunState} from "./runState.js";
import {tokenizerInWords} from "./tokenizerWords.js";

/** Beside what such a model writes: why its loss promises more than that. */
export const CHEATING =
  "This model has no causal mask: in training each position sees the whole window, the token it must predict included. Its loss therefore falls towards nothing by copying, not by predicting, and means nothing for writing, where the next token is not there to be seen: the text below shows it.";

type RunDescription = NonNullable<RunState["run"] | RunState["stored"]>;

/**
 * How a run stands: a sentence, progress, numbers, the loss curves of this run and of those on the shelf, and the
 * latest sample. `onRemove` is asked to take a run from the shelf.
 */
export function runView(initial: RunState, onRemove: (runId: string) => void): Figure<RunState> {
  const headline = html`<p class="run-headline" role="status"></p>`;
  const problem = html`<div></div>`;
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
  const table = runTable({rows: [], unit: "character", notes: []}, onRemove);
  const sampleTitle = html`<figcaption class="figure-title"></figcaption>`;
  const sampleText = html`<pre class="sample" tabindex="0"></pre>`;
  const cheating = html`<p class="figure-note cheating" hidden>${CHEATING}</p>` as HTMLElement;
  const sample =
    html`<figure class="figure" hidden>${sampleTitle}${cheating}${sampleText}</figure>` as HTMLElement;
  const body = html`<div hidden>${progress}${stats}${curves}${table}${sample}</div>` as HTMLElement;
  let shownProblem: RunState["problem"] = null;
  let shownRemarks: RunState["remarks"] = [];
  let shownRemoved: RunState["removed"] = null;
  let drawn = "";

  function update(state: RunState): void {
    setText(headline, sentence(state));
    if (state.problem !== shownProblem) {
      shownProblem = state.problem;
      problem.replaceChildren(
        ...(shownProblem ? [notice({kind: "error", message: shownProblem.message})] : [])
      );
    }
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
      secondsLeft: state.state === "running" ? state.secondsLeft : null
    });
    stats.update(numbers(state, run));
    draw(state, run);
    sample.hidden = state.sample === null;
    cheating.hidden = isHonest(run.modelConfig);
    if (state.sample) {
      setText(sampleTitle, `What it writes after ${formatCount(state.sample.step)} steps (temperature 0.8)`);
      setText(sampleText, state.sample.text);
    }
  }

  /** A curve of thousands of points is redrawn only when it has grown. */
  function draw(state: RunState, run: RunDescription): void {
    const {history, validationLoss, kept} = state;
    const key = [
      run.runId,
      history.length,
      validationLoss,
      ...kept.map(({run}) => `${run.runId} ${run.step}`)
    ];
    if (drawn === key.join()) return;
    drawn = key.join();
    const {runId, modelConfig, trainConfig, corpus} = run;
    const comparison = compareRuns(
      {runId, modelConfig, trainConfig, corpus, step: state.step, history},
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

  const node = html`<section class="run" aria-label="The run">${headline}${reading}${problem}${engine}${remarks}${removed}${body}</section>`;
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

function sentence({state, preparing, measuring, asked, step, stored, run}: RunState): string {
  const at = `at step ${formatCount(step)}`;
  if (asked === "pause") return "Pausing after this step …";
  if (asked === "stop" && state === "preparing")
    return "Stopping the preparation. Press Stop again to stop at once.";
  if (asked === "stop")
    return "Stopping after this step. Press Stop again to stop at once; what is not saved yet is lost then.";
  switch (state) {
    case "idle":
      if (stored && step >= stored.trainConfig.steps)
        return `Your run is complete ${at}. Attend, Sample and Measure use its model.`;
      return stored || run
        ? `Your run is paused ${at}. Resume it, or begin a new one.`
        : "No run yet. Choose a text and a size, then start.";
    case "preparing":
      return preparing ?? "Preparing …";
    case "paused":
      return step === 0 ? "Ready." : `Paused ${at}.`;
    case "running":
      if (measuring) return `Measuring the validation loss: ${measuring.done} of ${measuring.total} batches.`;
      return "Training. You can read other pages of this site in another tab; leaving this page pauses the run.";
    case "complete":
      return `Complete ${at}. Attend, Sample and Measure use this model now.`;
  }
}

/** What computes the run, and how its text is cut. */
function circumstances({run}: RunState, {corpus}: RunDescription): string {
  const {tokenizer, unknown} = corpus;
  const cut = `Text: ${corpus.name}, cut into ${tokenizerInWords(tokenizer)}${
    unitOf(tokenizer) === "token"
      ? `, ${formatFixed(charactersPerToken(corpus, "val"), 2)} characters a token`
      : ""
  }.`;
  const lost =
    unknown.total > 0
      ? ` The vocabulary lacks ${formatPlural(unknown.kinds, "word")} of it, which occur ${formatPlural(unknown.total, "time")}.`
      : "";
  return `${cut}${lost}${run ? ` Engine: ${run.backend.adapter}. ${run.backend.reason}${kernels(run)}` : ""}`;
}

/** Whose code multiplies matrices, where that is not plain from the engine. */
function kernels({backend, hasOwnKernels}: NonNullable<RunState["run"]>): string {
  if (backend.name !== "wasm") return "";
  return hasOwnKernels
    ? " Matrix products and AdamW run on this site’s own kernels."
    : " This browser cannot run this site’s own kernels, so TensorFlow.js’s multiply matrices.";
}

function numbers(state: RunState, {modelConfig, corpus}: {modelConfig: ModelConfig; corpus: CorpusMeta}) {
  const unit = unitOf(corpus.tokenizer);
  const loss = (label: string, x: number | null, part: "train" | "val") => ({
    label,
    value: x === null ? "–" : formatFixed(x, 3),
    unit: `nats a ${unit}${
      unit === "character" || x === null
        ? ""
        : ` (${formatFixed(x / charactersPerToken(corpus, part), 3)} a character)`
    }`
  });
  return [
    loss("Training loss", state.loss, "train"),
    loss("Validation loss", state.validationLoss, "val"),
    ...(corpus.floor ? [loss("Loss floor", corpus.floor.val, "val")] : []),
    {
      label: "Speed",
      value: state.tokensPerSecond === null ? "–" : formatRate(state.tokensPerSecond, `${unit}s`)
    },
    ...(modelConfig.architecture === "bigram" // which counts
      ? []
      : [
          {
            label: "Gradient norm",
            value: state.gradientNorm === null ? "–" : formatFixed(state.gradientNorm, 2)
          }
        ]),
    {label: "Parameters", value: formatCount(parameterCount(modelConfig))},
    {label: "Saved at step", value: state.savedStep === null ? "–" : formatCount(state.savedStep)}
  ];
}
