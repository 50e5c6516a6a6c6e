import {html} from "htl";
import {messageOf} from "../../errorMessage.js";
import {Experiments} from "../../experiment/client.js";
import type {ExperimentReport} from "../../experiment/protocol.js";
import type {ModelConfig} from "../../model/config.js";
import type {CorpusSource} from "../../training/protocol.js";
import {button} from "../../views/buttons.js";
import {setText} from "../../views/figure.js";
import {formatCount, formatFixed, formatPercent, tokenName} from "../../views/format.js";
import type {lossChart as LossChart} from "../../views/lossChart.js";
import {notice} from "../../views/notice.js";
import {progressBar} from "../../views/progressBar.js";
import {type InputNode, rangeInput} from "../../views/rangeInput.js";
import {statGrid} from "../../views/statGrid.js";
import {neuralBigramExperiment, neuralBigramTraining} from "./bigramRuns.js";
import {learnedTable} from "./learnedTable.js";
import {historyUntil, type LearningRun, learnedStep} from "./learningRun.js";
import {countedTable, type PairCounts, tableLoss} from "./pairCounts.js";
import {type Pair, pairMap} from "./pairMap.js";

export interface LearningOptions {
  vocabulary: readonly string[];
  pairs: PairCounts;
  heldOut: PairCounts;
  smoothing: number;
  recorded: LearningRun;
  selected: Pair;
  /** Where the text is, for the reader's own run; asked for at its start. */
  corpus: () => Promise<CorpusSource>;
  /** For tests. */
  experiments?: Pick<Experiments, "run" | "stop" | "dispose">;
}

export interface LearningFigure extends HTMLElement {
  /** Goes to the last step that is known. */
  showEnd(): void;
  dispose(): void;
}

const RECORDED =
  "Recorded: this very run was made when the site was built, on WebAssembly. Move the slider, or train one here.";
const {steps: STEPS} = neuralBigramTraining;

/**
 * The table that gradient descent learns beside the one that counting gives, step by step: first of a recorded run,
 * then of the reader's own.
 */
export function learningFigure(options: LearningOptions): LearningFigure {
  const {vocabulary, pairs, heldOut, recorded, experiments = new Experiments()} = options;
  const V = vocabulary.length;
  const counted = countedTable(pairs, options.smoothing);
  const countedLosses = {train: tableLoss(counted, pairs), heldOut: tableLoss(counted, heldOut)};
  let run = recorded;
  let at = 0;
  let pair = options.selected;
  let isTraining = false;

  const state = html`<p class="figure-note" role="status">${RECORDED}</p>`;
  const problem = html`<div></div>`;
  const progress = progressBar({label: "Training", done: 0, total: STEPS, unit: "steps"});
  const start = button("Train one here", () => void train());
  const stop = button("Stop", () => experiments.stop());
  const reset = button("Reset", () => {
    run = recorded;
    pair = options.selected;
    setText(state, RECORDED);
    problem.replaceChildren();
    rebuildSlider();
    goTo(0);
    settle();
  });
  const sliderPlace = html`<div></div>`;
  let slider: InputNode<number>;
  const chosen = {
    onSelect: (next: Pair) => {
      pair = next;
      show();
    },
    onHover: (next: Pair | null) => setText(reading, describe(next ?? pair)),
    describe: (next: Pair) => describe(next)
  };
  const left = pairMap({title: "Counted", table: counted, vocabulary, selected: pair}, chosen);
  const right = pairMap(rightData(), chosen);
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const stats = statGrid([]);
  const chartPlace = html`<div class="learning-chart"></div>`;
  let chart: ReturnType<typeof LossChart> | null = null;
  const node = html`<figure class="figure learning">
    <div class="pair-panes pair-halves">${left}${right}</div>${reading}
    ${sliderPlace}${stats}
    <p class="button-row">${start}${stop}${reset}</p><div class="learning-state">${state}${progress}</div>${problem}
    ${chartPlace}</figure>` as HTMLElement;

  /** The chart and the library that draws it come when the figure is first seen or used. */
  let wanted: Promise<void> | null = null;
  function wantChart(): Promise<void> {
    wanted ??= import("../../views/lossChart.js").then(
      ({lossChart}) => {
        chart = lossChart(chartData());
        chartPlace.replaceChildren(chart);
      },
      (error) => {
        wanted = null;
        chartPlace.replaceChildren(
          notice({
            kind: "error",
            message: `The chart could not be loaded (${messageOf(error)}). Check the connection.`,
            action: {label: "Try again", run: () => void wantChart()}
          })
        );
      }
    );
    return wanted;
  }
  if (typeof IntersectionObserver === "function") {
    const watcher = new IntersectionObserver((entries) => {
      if (!entries.some(({isIntersecting}) => isIntersecting)) return;
      watcher.disconnect();
      void wantChart();
    });
    watcher.observe(chartPlace);
  }

  function rightData() {
    const {step, table} = run.tables[at]!;
    return {title: `Learned, after ${formatCount(step)} steps`, table, vocabulary, selected: pair};
  }
  function chartData() {
    const {step} = run.tables[at]!;
    return {
      history: historyUntil(run, step),
      lnV: Math.log(V),
      floor: null,
      steps: STEPS,
      bigram: countedLosses.heldOut
    };
  }
  function describe({row, column}: Pair): string {
    const [first, next] = [tokenName(vocabulary[row]!), tokenName(vocabulary[column]!)];
    const cell = row * V + column;
    return `${next} after ${first}: counted ${formatPercent(counted[cell]!)}, learned ${formatPercent(run.tables[at]!.table[cell]!)}.`;
  }
  function show(): void {
    const {train, heldOut} = run.tables[at]!;
    left.update({title: "Counted", table: counted, vocabulary, selected: pair});
    right.update(rightData());
    setText(reading, describe(pair));
    chart?.update(chartData());
    stats.update([
      {label: "Learned, held-out text", value: formatFixed(heldOut, 3), unit: "nats"},
      {label: "Counted, held-out text", value: formatFixed(countedLosses.heldOut, 3), unit: "nats"},
      {label: "Learned, training text", value: formatFixed(train, 3), unit: "nats"},
      {label: "Counted, training text", value: formatFixed(countedLosses.train, 3), unit: "nats"}
    ]);
  }
  function goTo(index: number): void {
    at = index;
    slider.value = index;
    show();
  }
  /** The slider's stops are the tables that are known. */
  function rebuildSlider(): void {
    const {tables} = run;
    slider = rangeInput({
      label: "Training step",
      min: 0,
      max: Math.max(1, tables.length - 1),
      step: 1,
      value: Math.min(at, tables.length - 1),
      format: (index) => formatCount(tables[Math.min(index, tables.length - 1)]!.step)
    });
    slider.addEventListener("input", () => {
      at = Math.min(slider.value, tables.length - 1);
      show();
    });
    sliderPlace.replaceChildren(slider);
  }
  function settle(): void {
    start.disabled = isTraining;
    stop.disabled = !isTraining;
    reset.disabled = isTraining || (run === recorded && at === 0);
    progress.hidden = !isTraining;
    slider.querySelector("input")!.disabled = isTraining;
  }

  async function train(): Promise<void> {
    problem.replaceChildren();
    void wantChart();
    isTraining = true;
    settle();
    setText(state, "Starting: the engine and the text are being fetched …");
    progress.update({label: "Training", done: 0, total: STEPS, unit: "steps"});
    const own: LearningRun = {losses: [], tables: []};
    const began = performance.now();
    try {
      const corpus = await options.corpus();
      const isComplete = await new Promise<boolean>((resolve, reject) => {
        let config: ModelConfig | null = null;
        experiments.run(neuralBigramExperiment(corpus), (report: ExperimentReport) => {
          if (report.type === "started") ({config} = report);
          else if (report.type === "step") own.losses.push(report);
          else if (report.type === "parameters" && config) {
            own.tables.push(
              learnedStep(report.step, learnedTable(config, report.parameters), pairs, heldOut)
            );
            run = own;
            at = own.tables.length - 1;
            const secondsLeft =
              ((performance.now() - began) / 1000 / Math.max(1, report.step)) * (STEPS - report.step);
            progress.update({
              label: "Training",
              done: report.step,
              total: STEPS,
              unit: "steps",
              secondsLeft: report.step > 0 ? secondsLeft : null
            });
            setText(state, "Training here, in this tab …");
            rebuildSlider();
            settle();
            show();
          } else if (report.type === "failed") reject(new Error(report.message));
          else if (report.type === "ended") resolve(report.isComplete);
        });
      });
      const seconds = formatFixed((performance.now() - began) / 1000, 1);
      const known = own.tables.at(-1);
      if (!known) setText(state, "Stopped before the first step: this is the recorded run.");
      else if (isComplete) setText(state, `Trained here, in this tab, in ${seconds} s.`);
      else setText(state, `Stopped; what is shown was learned here by step ${formatCount(known.step)}.`);
    } catch (error) {
      run = own.tables.length > 0 ? own : recorded;
      setText(state, own.tables.length > 0 ? "Your run ended early." : RECORDED);
      problem.replaceChildren(notice({kind: "error", message: messageOf(error)}));
    }
    isTraining = false;
    at = Math.min(at, run.tables.length - 1);
    rebuildSlider();
    goTo(at);
    settle();
  }

  rebuildSlider();
  sliderPlace.addEventListener("input", settle);
  show();
  settle();
  return Object.assign(node, {
    showEnd() {
      if (isTraining) return;
      void wantChart();
      goTo(run.tables.length - 1);
      settle();
    },
    dispose: () => experiments.dispose()
  });
}
