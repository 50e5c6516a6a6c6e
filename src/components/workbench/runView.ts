import {html} from "htl";
import type {CorpusMeta} from "../corpus/meta.js";
import type {ModelConfig} from "../model/config.js";
import {parameterCount} from "../model/parameters.js";
import type {TrainConfig} from "../training/config.js";
import {asFigure, type Figure, setText} from "../views/figure.js";
import {formatCount, formatFixed, formatRate} from "../views/format.js";
import {lossChart} from "../views/lossChart.js";
import {notice} from "../views/notice.js";
import {progressBar} from "../views/progressBar.js";
import {statGrid} from "../views/statGrid.js";
import type {RunState} from "./runState.js";

interface RunDescription {
  modelConfig: ModelConfig;
  trainConfig: TrainConfig;
  corpus: CorpusMeta;
}

/** How a run stands: a sentence, progress, numbers, the loss curve and the latest sample. */
export function runView(initial: RunState): Figure<RunState> {
  const headline = html`<p class="run-headline" role="status"></p>`;
  const problem = html`<div></div>`;
  const engine = html`<p class="figure-note"></p>`;
  const progress = progressBar({label: "Training", done: 0, total: null, unit: "steps"});
  const stats = statGrid([], {label: "The run in numbers"});
  const chart = lossChart({history: [], lnV: 0, floor: null, steps: 1});
  const sampleTitle = html`<figcaption class="figure-title"></figcaption>`;
  const sampleText = html`<pre class="sample"></pre>`;
  const sample = html`<figure class="figure" hidden>${sampleTitle}${sampleText}</figure>` as HTMLElement;
  const body = html`<div hidden>${progress}${stats}${chart}${sample}</div>` as HTMLElement;
  let shownProblem: RunState["problem"] = null;
  let drawn: {length: number; validation: number | null; run: unknown} | null = null;

  function update(state: RunState): void {
    setText(headline, sentence(state));
    if (state.problem !== shownProblem) {
      shownProblem = state.problem;
      problem.replaceChildren(
        ...(shownProblem ? [notice({kind: "error", message: shownProblem.message})] : [])
      );
    }
    const run: RunDescription | null = state.run ?? state.stored;
    body.hidden = run === null;
    if (!run) return;
    const {steps} = run.trainConfig;
    setText(engine, state.run ? `Engine: ${state.run.backend.adapter}. ${state.run.backend.reason}` : "");
    progress.update({
      label: "Training",
      done: state.step,
      total: steps,
      unit: "steps",
      secondsLeft: state.state === "running" ? state.secondsLeft : null
    });
    stats.update(numbers(state, run));
    // A curve of thousands of points is redrawn only when it has grown.
    const length = state.history.length;
    if (drawn?.length !== length || drawn.validation !== state.validationLoss || drawn.run !== run) {
      drawn = {length, validation: state.validationLoss, run};
      chart.update({
        history: state.history,
        lnV: Math.log(run.modelConfig.vocabSize),
        floor: run.corpus.floor?.val ?? null,
        steps
      });
    }
    sample.hidden = state.sample === null;
    if (state.sample) {
      setText(sampleTitle, `What it writes after ${formatCount(state.sample.step)} steps (temperature 0.8)`);
      setText(sampleText, state.sample.text);
    }
  }
  const node = html`<section class="run" aria-label="The run">${headline}${problem}${engine}${body}</section>`;
  update(initial);
  return asFigure(node, update);
}

function sentence({state, preparing, measuring, asked, step, stored, run}: RunState): string {
  const at = `at step ${formatCount(step)}`;
  if (asked === "pause") return "Pausing after this step …";
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

function numbers(state: RunState, {modelConfig, corpus}: RunDescription) {
  const nats = (x: number | null) => (x === null ? "–" : formatFixed(x, 3));
  return [
    {label: "Training loss", value: nats(state.loss), unit: "nats a character"},
    {label: "Validation loss", value: nats(state.validationLoss), unit: "nats a character"},
    ...(corpus.floor
      ? [{label: "Loss floor", value: formatFixed(corpus.floor.val, 3), unit: "nats a character"}]
      : []),
    {
      label: "Speed",
      value: state.tokensPerSecond === null ? "–" : formatRate(state.tokensPerSecond, "characters")
    },
    {label: "Gradient norm", value: state.gradientNorm === null ? "–" : formatFixed(state.gradientNorm, 2)},
    {label: "Parameters", value: formatCount(parameterCount(modelConfig))},
    {label: "Saved at step", value: state.savedStep === null ? "–" : formatCount(state.savedStep)}
  ];
}
