import {html} from "htl";
import {button} from "../../views/buttons.js";
import {asFigure, type Figure, setText, uniqueId} from "../../views/figure.js";
import {formatCount, formatPlural} from "../../views/format.js";
import {seesLater} from "../../views/modelSentences.js";
import type {Examination, ExaminationState, HeldOutResult} from "../examination.js";
import type {StudioModel} from "../model.js";
import {divergencePart} from "./divergencePart.js";
import {calibration, classes, type ExaminedHere, losses, positions} from "./heldOutFigures.js";
import {say} from "./panel.js";
import {workLine} from "./workLine.js";

export interface ExaminationView extends ExaminationState {
  model: StudioModel | null;
}

/** How many tokens can be asked for; 0 for all. */
const AMOUNTS = [2_048, 8_192, 32_768, 0];

/** The held-out text: asked for here, and everything that was measured of it. */
export function heldOutPanel(examination: Examination): Figure<ExaminationView> {
  const stride = choice("The window moves on by");
  const amount = choice("Of the held-out text");
  amount.set(
    AMOUNTS.map((tokens) => [
      String(tokens),
      tokens === 0 ? "all of it" : `the first ${formatCount(tokens)} tokens`
    ])
  );
  amount.select.value = "8192";
  const start = button("Measure the held-out text", () => {
    const tokens = Number(amount.select.value) || Number.POSITIVE_INFINITY;
    void examination.measure({stride: Number(stride.select.value), tokens});
  });
  start.disabled = true; // until a model is there
  const work = workLine(() => examination.stop());
  const problem = html`<p class="box-problem" role="alert" hidden></p>` as HTMLElement;
  const reading = html`<p role="status" class="examination-reading"></p>` as HTMLElement;
  const parts = [losses(), positions(), classes(), calibration(), divergencePart()];
  const results = html`<div class="examination-results" hidden>${parts}</div>` as HTMLElement;
  const node = html`<section class="examination" aria-label="The held-out text">
    <div class="examination-form">${stride.node}${amount.node}${start}</div>
    ${work}${problem}${reading}${results}</section>`;

  let shown: StudioModel | null = null;
  let drawn: HeldOutResult | null = null;
  return asFigure(node, ({model, part, work: now, heldOut, problem: why}: ExaminationView) => {
    if (model && model !== shown) {
      shown = model;
      const {blockSize} = model.model.config;
      stride.set(strides(blockSize).map((n) => [String(n), strideName(n, blockSize)]));
      stride.select.value = String(Math.max(1, blockSize >> 1));
    }
    start.disabled = !model || now !== null;
    work.update(part === "heldOut" ? now : null);
    say(problem, [part === "heldOut" ? why : null]);
    if (heldOut === drawn) return;
    drawn = heldOut;
    results.hidden = heldOut === null;
    setText(reading, heldOut && shown ? summary(heldOut, shown) : "");
    if (heldOut && shown) for (const part of parts) part.update(examined(heldOut, shown));
  });
}

function examined({report, baselines, stride, text}: HeldOutResult, {model}: StudioModel): ExaminedHere {
  const {config, tokenizer} = model;
  return {report, baselines, stride, text, model: {...config, unit: tokenizer.unit}, tokenizer};
}

function choice(label: string) {
  const id = uniqueId("choice");
  const select = html`<select id=${id}></select>` as HTMLSelectElement;
  return {
    node: html`<div class="field"><label for=${id}>${label}</label>${select}</div>`,
    select,
    set(options: readonly (readonly [value: string, label: string])[]) {
      select.replaceChildren(
        ...options.map(([value, name]) => html`<option value=${value}>${name}</option>`)
      );
    }
  };
}

/** 1, and fractions of the context. */
const strides = (blockSize: number): number[] =>
  [1, blockSize >> 4, blockSize >> 2, blockSize >> 1, blockSize].filter(
    (n, i, all) => n >= 1 && all.indexOf(n) === i
  );

const strideName = (n: number, blockSize: number): string =>
  n === blockSize
    ? `${formatPlural(n, "token")}: disjoint windows`
    : `${formatPlural(n, "token")}${n === 1 ? ": exact, slowest" : ""}`;

function summary({name, own, stride, complete, report, text}: HeldOutResult, {model}: StudioModel): string {
  const {unit} = model.tokenizer;
  const {blockSize} = model.config;
  const least = blockSize - stride + 1;
  const sentences = [
    complete
      ? `${formatPlural(report.predicted, unit)} of ${name}, which the model was not trained on.`
      : `Stopped after ${formatCount(report.predicted)} of ${formatPlural(text.ids.length - 1, unit)} of ${name}.`,
    stride === 1
      ? `Each was predicted from the ${formatCount(blockSize)} before it, or all there were.`
      : `Past the first window each was predicted from ${formatCount(least)} to ${formatPlural(blockSize, unit)} before it.`
  ];
  if (!own) sentences.push("The model was trained on another text.");
  if (seesLater(model.config))
    sentences.push("It has no causal mask and sees what it is to predict: these numbers are no prediction.");
  return sentences.join(" ");
}
