import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {button} from "../views/buttons.js";
import {setText} from "../views/figure.js";
import {type LineChartData, lineChart} from "../views/lineChart.js";
import {notice} from "../views/notice.js";
import {progressBar} from "../views/progressBar.js";
import {inputField, numberIn} from "./controls.js";
import type {TrialDesk, TrialPanel} from "./desk.js";
import {rangeChartData} from "./rangeChart.js";
import {runRangeTest} from "./rangeRun.js";
import {RANGE_STEPS, type RangePoint, rateInWords, readRange, testedRates} from "./rangeTest.js";

/**
 * Finds a learning rate by a range test (Smith 2017): one short run whose rate rises until it breaks. `onSuggestion`
 * hears of the rate found.
 */
export function rangePanel(desk: TrialDesk, onSuggestion: (rate: number) => void): TrialPanel {
  const from = inputField("From a rate of", {
    name: "rangeFrom",
    kind: "number"
  });
  const to = inputField("to", {name: "rangeTo", kind: "number"});
  const steps = inputField("in steps", {name: "rangeSteps", kind: "number", value: String(RANGE_STEPS)});
  const start = button("Test rates", () => void begin(), true);
  const stop = button("Stop", () => desk.experiments.stop());
  const use = button("Use this rate", () => suggestion !== null && desk.use({learningRate: suggestion}));
  const complaint = html`<div></div>`;
  const said = html`<p class="figure-note" role="status"></p>`;
  const progress = progressBar({label: "Testing", done: 0, total: null, unit: "steps"});
  const figure = html`<figure class="figure range-test" hidden></figure>` as HTMLElement;
  let chart: (HTMLElement & {update(data: LineChartData): void}) | null = null;
  let suggestion: number | null = null;
  stop.disabled = true;
  use.hidden = true;
  progress.hidden = true;

  /** Empty fields mean the rates that suit the optimiser, and show them. */
  function suggestRange(): void {
    try {
      const suited = testedRates[desk.settings().train.optimiser];
      from.input.placeholder = rateInWords(suited.from);
      to.input.placeholder = rateInWords(suited.to);
    } catch {
      // What is wrong with the settings stands beside them.
    }
  }

  async function begin(): Promise<void> {
    suggestRange();
    complaint.replaceChildren();
    try {
      const settings = desk.settings();
      const suited = testedRates[settings.train.optimiser];
      const range = {
        from: numberIn(from.input, suited.from),
        to: numberIn(to.input, suited.to),
        steps: numberIn(steps.input, RANGE_STEPS)
      };
      if (settings.model.architecture === "bigram")
        throw new RangeError("A counted bigram has no learning rate: choose another architecture.");
      setRunning(true);
      setText(said, "Preparing …");
      const began = performance.now();
      const source = {corpus: desk.source(settings), backend: settings.backend};
      const {points, isComplete} = await runRangeTest(
        desk.experiments,
        {model: settings.model, train: settings.train, ...source},
        range,
        (points) => show(points, range, began)
      );
      conclude(points, isComplete);
    } catch (error) {
      setText(said, "");
      complaint.replaceChildren(notice({kind: "error", message: messageOf(error)}));
    } finally {
      setRunning(false);
    }
  }

  function show(
    points: readonly RangePoint[],
    range: {from: number; to: number; steps: number},
    began: number
  ): void {
    setText(said, "");
    const perStep = (performance.now() - began) / 1000 / points.length;
    progress.update({
      label: "Testing",
      done: points.length,
      total: range.steps,
      unit: "steps",
      secondsLeft: points.length > 3 ? perStep * (range.steps - points.length) : null
    });
    const data = rangeChartData(points, range);
    figure.hidden = false;
    if (chart) chart.update(data);
    else {
      chart = lineChart(data, {height: 230});
      figure.replaceChildren(chart);
    }
  }

  function conclude(points: readonly RangePoint[], isComplete: boolean): void {
    suggestion = readRange(points)?.suggestion ?? null;
    use.hidden = suggestion === null;
    if (suggestion === null) {
      setText(
        said,
        isComplete ? "The test has shown no rate to use." : "Stopped before there was a rate to use."
      );
      return;
    }
    setText(use, `Use ${rateInWords(suggestion)}`);
    setText(said, `Learning rate found: ${rateInWords(suggestion)}.`);
    onSuggestion(suggestion);
  }

  function setRunning(isRunning: boolean): void {
    start.disabled = isRunning;
    stop.disabled = !isRunning;
    progress.hidden = !isRunning;
    if (isRunning) use.hidden = true;
    desk.setBusy(isRunning);
  }

  const node = html`<details class="trial-panel"><summary>Find a learning rate</summary>
    <p class="field-about">A range test (Smith 2017): one short run of the settings above, in which the rate is multiplied up from
      step to step until the loss explodes. It takes a minute or less, and its model is thrown away.</p>
    <div class="settings-grid">${from.node}${to.node}${steps.node}</div>
    <p class="button-row">${start}${stop}${use}</p>
    ${complaint}${progress}${said}${figure}
  </details>` as HTMLElement;
  node.addEventListener("toggle", suggestRange);
  return {
    node,
    block(isBlocked) {
      if (stop.disabled) start.disabled = isBlocked;
    }
  };
}
