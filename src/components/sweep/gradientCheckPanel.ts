import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import type {ModelConfig} from "../model/config.js";
import type {GradientCheckRow} from "../training/gradientCheck.js";
import {button} from "../views/buttons.js";
import {setText, uniqueId} from "../views/figure.js";
import {formatPercent} from "../views/format.js";
import {notice} from "../views/notice.js";
import {progressBar} from "../views/progressBar.js";
import {inputField, numberIn} from "./controls.js";
import type {TrialDesk, TrialPanel} from "./desk.js";
import {checkable, checkInWords, checkSettings, runGradientCheck} from "./gradientCheckRun.js";

/** Elements that are checked unless the reader says otherwise. */
const COUNT = 10;

/** Compares the gradient that the backward pass gives for a parameter with differences of the loss, element by element. */
export function gradientCheckPanel(desk: TrialDesk, vocabularySize: () => number): TrialPanel {
  const id = uniqueId("parameter");
  const parameter = html`<select id=${id} name="checkedParameter"></select>` as HTMLSelectElement;
  const count = inputField("Elements", {name: "checkedElements", kind: "number", value: String(COUNT)});
  const start = button("Check the gradient", () => void begin(), true);
  const stop = button("Stop", () => desk.experiments.stop());
  const said = html`<p class="figure-reading" role="status"></p>`;
  const complaint = html`<div></div>`;
  const progress = progressBar({label: "Checking", done: 0, total: null, unit: "derivatives"});
  const body = html`<tbody></tbody>`;
  const table =
    html`<div class="figure" hidden><div class="scroll" role="region" aria-label="Table of derivatives" tabindex="0"><table>
    <thead><tr><th scope="col">Element</th><th scope="col" class="number">By the backward pass</th>
      <th scope="col" class="number">By differences</th><th scope="col" class="number">Relative error</th>
      <th scope="col" class="number">Tolerance</th><th scope="col">Verdict</th></tr></thead>
    ${body}</table></div></div>` as HTMLElement;
  stop.disabled = true;
  progress.hidden = true;

  /** The parameters of the model that the form describes; what was chosen stays chosen. */
  function list(): void {
    try {
      const {model} = desk.settings();
      const config = {...model, vocabSize: vocabularySize()} as ModelConfig;
      const names = checkable(config);
      const chosen = parameter.value;
      parameter.replaceChildren(
        ...names.map(
          ([name, shape]) =>
            html`<option value=${name} selected=${name === chosen}>${name}, ${shape.join(" × ")}`
        )
      );
      setText(said, names.length === 0 ? "A counted bigram has no gradients to check." : "");
    } catch (error) {
      setText(said, messageOf(error));
    }
    start.disabled = parameter.options.length === 0;
  }

  async function begin(): Promise<void> {
    complaint.replaceChildren();
    body.replaceChildren();
    table.hidden = true;
    try {
      const {backend, ...form} = desk.settings();
      const settings = checkSettings(form);
      const source = {corpus: desk.source(form), backend};
      const asked = {parameter: parameter.value, count: numberIn(count.input, COUNT)};
      setRunning(true);
      setText(said, "Preparing …");
      const began = performance.now();
      const check = await runGradientCheck(
        desk.experiments,
        {...settings, ...source},
        asked,
        (row, done, total) => {
          setText(said, "");
          const secondsLeft = ((performance.now() - began) / 1000 / done) * (total - done);
          progress.update({
            label: "Checking",
            done,
            total,
            unit: "derivatives",
            secondsLeft: done > 2 ? secondsLeft : null
          });
          body.append(rowOf(row));
          table.hidden = false;
        }
      );
      setText(said, check ? checkInWords(check) : "Stopped.");
    } catch (error) {
      setText(said, "");
      complaint.replaceChildren(notice({kind: "error", message: messageOf(error)}));
    } finally {
      setRunning(false);
    }
  }

  function setRunning(isRunning: boolean): void {
    start.disabled = isRunning;
    stop.disabled = !isRunning;
    progress.hidden = !isRunning;
    desk.setBusy(isRunning);
  }

  const node = html`<details class="trial-panel"><summary>Check a gradient</summary>
    <p class="field-about">The backward pass says how the loss changes with a parameter. Here the parameter is moved a little instead and the
      loss computed again, on a batch of two windows before the first step: both must agree.</p>
    <div class="settings-grid"><div class="field"><label for=${id}>Parameter</label>${parameter}</div>${count.node}</div>
    <p class="button-row">${start}${stop}</p>
    ${complaint}${progress}${said}${table}
  </details>` as HTMLElement;
  node.addEventListener("toggle", list);
  parameter.addEventListener("focus", list);
  return {
    node,
    block(isBlocked) {
      if (stop.disabled) start.disabled = isBlocked || parameter.options.length === 0;
    }
  };
}

const rowOf = ({index, analytic, numeric, relativeError, tolerance, agrees}: GradientCheckRow): Element =>
  html`<tr><th scope="row">${index === null ? "all, along the gradient" : `element ${index}`}</th>
    <td class="number">${scientific(analytic)}</td><td class="number">${scientific(numeric)}</td>
    <td class="number">${formatPercent(relativeError)}</td><td class="number">${scientific(tolerance)}</td>
    <td>${agrees ? "agrees" : "does not agree"}</td></tr>`;

/** Four figures and a power of ten. */
const scientific = (x: number): string => x.toExponential(3).replaceAll("-", "−");
