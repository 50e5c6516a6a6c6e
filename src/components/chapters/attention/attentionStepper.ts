import {html} from "htl";
import {button} from "../../views/buttons.js";
import {attentionStep} from "../../views/colors.js";
import {asFigure, type Figure, setText, uniqueId} from "../../views/figure.js";
import {tokenStrip} from "../../views/tokenStrip.js";
import {type AttentionSteps, attentionSteps} from "./attentionSteps.js";
import {clearestPair, type Place} from "./clearestHead.js";
import {headMatrices, type LineTrace} from "./lineTrace.js";
import type {Moment, Pointed} from "./moment.js";
import {stepPanes} from "./stepPanes.js";
import {pairReading, stepSentences} from "./stepSentences.js";

export const STEPS = [
  {key: "input", name: "Input", known: "nothing"},
  {key: "project", name: "q, k, v", known: "nothing"},
  {key: "product", name: "One score", known: "score"},
  {key: "scores", name: "All scores", known: "score"},
  {key: "scale", name: "÷ √D", known: "scaled"},
  {key: "mask", name: "Mask", known: "scaled"},
  {key: "softmax", name: "Softmax", known: "weight"},
  {key: "mix", name: "Mix values", known: "weight"}
] as const;

export interface StepperData {
  trace: LineTrace;
  /** Where to begin; without it, with the head that is shown and its clearest pair. */
  start?: Place;
}

export type AttentionStepper = Figure<StepperData> & {
  /** Goes to a step, by its key, and to the pair that the figure began with. */
  show(step: (typeof STEPS)[number]["key"]): void;
};

/**
 * One head of attention over one line, one step at a time. Queries are rows, keys columns; whatever is pointed at, by
 * mouse or arrow keys, is marked in every matrix of the step.
 */
export function attentionStepper(data: StepperData): AttentionStepper {
  let {trace} = data;
  let start: Place;
  let at = {layer: 0, head: 0, query: 0, key: 0, dimension: 0};
  let steps: AttentionSteps;
  /** What stays pointed at when the pointer leaves. */
  let pinned = at;
  let step = 0;

  const layerSelect = html`<select></select>` as HTMLSelectElement;
  const headSelect = html`<select></select>` as HTMLSelectElement;
  const back = button("Back", () => goTo(step - 1));
  const next = button("Next", () => goTo(step + 1), true);
  const reset = button("Reset", () => {
    begin();
    goTo(0);
  });
  const group = uniqueId("step");
  const radios = STEPS.map((_, i) => html`<input type="radio" name=${group} value=${i}>` as HTMLInputElement);
  const chips = html`<fieldset class="steps"><legend class="visually-hidden">Step</legend>
    ${STEPS.map(({name}, i) => html`<label>${radios[i]}<span>${i + 1}. ${name}</span></label>`)}</fieldset>`;
  const sentence = html`<p class="step-sentence" role="status"></p>`;
  const reading = html`<p class="figure-reading"></p>`;
  const strips = {
    query: tokenStrip({tokens: []}, {label: "Query: the token that asks", onSelect: (query) => pin({query})}),
    key: tokenStrip(
      {tokens: []},
      {label: "Key: the token that is asked", ramp: "attention", onSelect: (key) => pin({key})}
    )
  };
  const panes = STEPS.map(({key}) => stepPanes[key](point));
  const stage = html`<div class="step-stage">${panes}</div>`;
  const node = html`<figure class="figure attention-steps">
    <p class="figure-title">One head, step by step: how much does the query take of each key?</p>
    <div class="step-line"><span class="step-role">Query</span>${strips.query}
      <span class="step-role">Key</span><div class="by-key">${strips.key}</div></div>
    <div class="step-controls"><label>Layer ${layerSelect}</label><label>Head ${headSelect}</label>
      <span class="button-group">${back}${next}${reset}</span></div>
    ${chips}${sentence}${stage}
    <p class="figure-note">The deeper the colour, the farther from 0; hatched is below 0.</p>${reading}
  </figure>`;

  function moment(): Moment {
    const {layer, head, query, key, dimension} = at;
    return {head: headMatrices(trace, layer, head), steps, query, key, dimension};
  }
  /** Computes the chosen head. */
  function choose(): void {
    steps = attentionSteps(headMatrices(trace, at.layer, at.head));
    layerSelect.value = String(at.layer);
    headSelect.value = String(at.head);
  }
  function render(): void {
    const now = moment();
    const {tokens} = trace;
    const T = tokens.length;
    const {known} = STEPS[step]!;
    const weights = steps.weights.subarray(at.query * T, (at.query + 1) * T);
    strips.query.update({tokens, selected: at.query});
    strips.key.update({
      tokens,
      selected: at.key,
      // Not before they have been computed before the reader's eyes.
      steps: known === "weight" ? Array.from(weights, attentionStep) : undefined
    });
    panes[step]!.update(now);
    setText(sentence, stepSentences[STEPS[step]!.key](now));
    setText(reading, pairReading(now, known));
  }
  function point(pointed: Pointed | null): void {
    at = pointed ? {...at, ...pointed} : pinned;
    render();
  }
  function pin(pointed: Pointed): void {
    at = {...at, ...pointed};
    pinned = at;
    render();
  }
  function begin(dimension = 0): void {
    at = {...start, dimension};
    pinned = at;
    choose();
  }
  function goTo(to: number): void {
    step = Math.max(0, Math.min(STEPS.length - 1, to));
    radios.forEach((radio, i) => {
      radio.checked = i === step;
    });
    panes.forEach((pane, i) => {
      pane.hidden = i !== step;
    });
    // A disabled button would keep the focus and hear no key.
    if (step === STEPS.length - 1 && document.activeElement === next) back.focus();
    if (step === 0 && document.activeElement === back) next.focus();
    back.disabled = step === 0;
    next.disabled = step === STEPS.length - 1;
    render();
  }

  // A cell that takes the focus, by click or key, stays; one under the pointer is only looked at.
  stage.addEventListener("focusin", () => {
    pinned = at;
  });
  radios.forEach((radio, i) => void radio.addEventListener("change", () => goTo(i)));
  for (const [select, field] of [
    [layerSelect, "layer"],
    [headSelect, "head"]
  ] as const)
    select.addEventListener("change", () => {
      at = {...at, [field]: Number(select.value)};
      pinned = at;
      choose();
      render();
    });

  function update(next: StepperData): void {
    ({trace} = next);
    start = next.start ?? clearestPlace(trace, at.layer, at.head);
    fill(layerSelect, trace.model.nLayer);
    fill(headSelect, trace.model.nHead);
    begin();
    goTo(step);
  }
  update(data);
  return Object.assign(asFigure(node, update), {
    show(key: (typeof STEPS)[number]["key"]) {
      begin(at.dimension);
      goTo(STEPS.findIndex((step) => step.key === key));
    }
  });
}

function clearestPlace(trace: LineTrace, layer: number, head: number): Place {
  const {weights} = attentionSteps(headMatrices(trace, layer, head));
  return {layer, head, ...clearestPair(weights, trace.tokens.length)};
}

function fill(select: HTMLSelectElement, count: number): void {
  select.replaceChildren(
    ...Array.from({length: count}, (_, i) => html`<option value=${i}>${i + 1}</option>`)
  );
}
