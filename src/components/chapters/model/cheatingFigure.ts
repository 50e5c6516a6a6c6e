import {html} from "htl";
import {Experiments} from "../../experiment/client.js";
import type {ExperimentReport} from "../../experiment/protocol.js";
import type {CorpusSource} from "../../training/protocol.js";
import {curveStyle} from "../../views/curveStyle.js";
import {uniqueId} from "../../views/figure.js";
import {formatFixed} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {notice} from "../../views/notice.js";
import {progressBar} from "../../views/progressBar.js";
import {
  type CheatingResult,
  cheatingExperiment,
  cheatingRuns,
  cheatingTraining,
  thinLosses
} from "./cheatingRuns.js";

export interface CheatingOptions {
  /** Results of the same runs when the site was built. */
  recorded: readonly CheatingResult[];
  corpus: CorpusSource;
  vocabSize: number;
  /** For tests. */
  experiments?: Pick<Experiments, "run" | "stop" | "dispose">;
}

/**
 * The same small model trained with the causal mask and without: the losses while they read, and what they write. Opens
 * with recorded runs; the reader can train both anew.
 */
export function cheatingFigure({
  recorded,
  corpus,
  vocabSize,
  experiments = new Experiments()
}: CheatingOptions): HTMLElement & {dispose(): void} {
  let results: CheatingResult[] = recorded.map((result) => ({...result}));
  const state = html`<p class="figure-note" role="status"></p>`;
  const problem = html`<div></div>`;
  const progress = progressBar({done: 0, total: 1, unit: "steps", label: "Training"});
  progress.hidden = true;
  const start = html`<button type="button" class="button">Train both here</button>` as HTMLButtonElement;
  const stop = html`<button type="button" class="button" disabled>Stop</button>` as HTMLButtonElement;
  const reset = html`<button type="button" class="button" disabled>Reset</button>` as HTMLButtonElement;
  const titleId = uniqueId("samples");
  const samples = html`<div class="cheating-samples" aria-labelledby=${titleId}></div>`;
  const chart = lineChart(chartData(), {height: 260});

  function chartData() {
    const blind = Math.log(vocabSize);
    return {
      label: "Training loss of the same model with the causal mask and without, step by step",
      x: {label: "step", min: 0, max: cheatingTraining.steps},
      y: {label: "training loss, nats", min: 0, max: Math.ceil(blind)},
      lines: results.map(({losses}, i) => ({
        ...curveStyle(i),
        name: results[i]!.name,
        points: losses.map(({step, loss}) => [step, loss] as const)
      })),
      reading: results
        .map(({name, losses}, i) => {
          const last = losses.at(-1);
          return `${curveStyle(i).mark}, ${name}: ${last ? `${formatFixed(last.loss)} nats at step ${last.step}` : "not trained yet"}`;
        })
        .join(". ")
        .concat(`. A blind guess: ${formatFixed(blind)}.`)
    };
  }

  function show(): void {
    chart.update(chartData());
    samples.replaceChildren(
      ...results.map(({name, losses, sample}) => {
        const last = losses.at(-1);
        const loss = last
          ? `training loss ${formatFixed(last.loss)} nats at step ${last.step}`
          : "not trained yet";
        return html`<section><h3>Trained ${name}: ${loss}</h3><pre tabindex="0">${sample || "…"}</pre></section>`;
      })
    );
  }

  async function train(): Promise<void> {
    problem.replaceChildren();
    [start.disabled, stop.disabled, reset.disabled] = [true, false, true];
    results = cheatingRuns.map(({name}) => ({name, losses: [], sample: ""}));
    progress.hidden = false;
    const began = performance.now();
    try {
      for (const [index, {causal}] of cheatingRuns.entries()) {
        const isComplete = await trainOne(index, causal, began);
        if (!isComplete) break;
      }
      state.textContent = "Trained here, in this tab.";
    } catch (error) {
      problem.replaceChildren(notice({kind: "error", message: (error as Error).message}));
    }
    progress.hidden = true;
    [start.disabled, stop.disabled, reset.disabled] = [false, true, false];
    show();
  }

  /** Resolves to whether the run came to its end. */
  function trainOne(index: number, causal: boolean, began: number): Promise<boolean> {
    const losses: number[] = [];
    const result = results[index]!;
    const total = cheatingRuns.length * cheatingTraining.steps;
    state.textContent = `Training ${result.name} …`;
    return new Promise((resolve, reject) => {
      experiments.run(cheatingExperiment(corpus, causal), (report: ExperimentReport) => {
        if (report.type === "step") {
          losses.push(report.loss);
          if (losses.length % 8 !== 0) return;
          result.losses = thinLosses(losses);
          const done = index * cheatingTraining.steps + losses.length;
          const secondsLeft = ((performance.now() - began) / 1000 / done) * (total - done);
          progress.update({done, total, unit: "steps", label: "Training both", secondsLeft});
          show();
        } else if (report.type === "sample") result.sample = report.text;
        else if (report.type === "failed") reject(new Error(report.message));
        else if (report.type === "ended") resolve(report.isComplete);
      });
    });
  }

  start.addEventListener("click", () => void train());
  stop.addEventListener("click", () => experiments.stop());
  reset.addEventListener("click", () => {
    results = recorded.map((result) => ({...result}));
    reset.disabled = true;
    state.textContent = recordedWords;
    show();
  });
  state.textContent = recordedWords;
  show();
  const node = html`<figure class="figure cheating">
    <p class="figure-title">The same model, with and without the mask</p>${chart}
    <p class="button-row">${start}${stop}${reset}</p>${progress}${state}${problem}
    <p class="figure-title" id=${titleId}>What they write, one character at a time</p>${samples}
  </figure>` as HTMLElement;
  return Object.assign(node, {dispose: () => experiments.dispose()});
}

const recordedWords = "Recorded: both were trained by the same code when this site was built.";
