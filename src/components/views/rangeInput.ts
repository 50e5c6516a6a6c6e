import {html} from "htl";
import {setText, uniqueId} from "./figure.js";
import {formatFixed} from "./format.js";

export interface RangeOptions {
  label: string;
  min: number;
  max: number;
  /** Values are min + a whole number of steps; on a logarithmic scale they are rounded to that. */
  step: number;
  value: number;
  /** The value with its unit, as shown and as spoken. */
  format?: (value: number) => string;
  /** "log" gives each doubling the same room; min must then be above 0. */
  scale?: "linear" | "log";
  /** A sentence on what it does. */
  hint?: string;
}

/** A node with a `value` that sends `input` events: what Framework's `view` expects. */
export type InputNode<Value> = HTMLElement & {value: Value};

/** Positions of a logarithmic slider. */
const POSITIONS = 400;

/** A slider with its label and its value in words. Throws RangeError when the limits make no sense. */
export function rangeInput(options: RangeOptions): InputNode<number> {
  const {label, min, max, step, value, scale = "linear", hint} = options;
  const log = scale === "log";
  if (!(min < max) || !(step > 0) || (log && min <= 0))
    throw new RangeError(`The slider “${label}” cannot go from ${min} to ${max} in steps of ${step}.`);
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const format = options.format ?? ((x: number) => formatFixed(x, decimals));

  const toPosition = (x: number) => (log ? (POSITIONS * Math.log(x / min)) / Math.log(max / min) : x);
  const toValue = (position: number) => (log ? min * (max / min) ** (position / POSITIONS) : position);
  const round = (x: number) => {
    const stepped = min + Math.round((x - min) / step) * step;
    return Number(Math.max(min, Math.min(max, stepped)).toFixed(decimals + 2));
  };

  const [id, hintId] = [uniqueId("range"), uniqueId("hint")];
  const slider = html`<input type="range" id=${id} min=${log ? 0 : min} max=${log ? POSITIONS : max}
    step=${log ? "any" : step} aria-describedby=${hint ? hintId : null}>` as HTMLInputElement;
  const output = html`<output for=${id}></output>`;
  const node = html`<div class="range">
    <label for=${id}>${label}</label>${output}${slider}${hint ? html`<p class="range-hint" id=${hintId}>${hint}</p>` : null}
  </div>` as HTMLElement;

  let current = round(value);
  function show(): void {
    const text = format(current);
    setText(output, text);
    slider.setAttribute("aria-valuetext", text);
  }
  function moveTo(x: number): void {
    current = round(Number.isFinite(x) ? x : current);
    slider.value = String(toPosition(current));
    show();
  }
  slider.addEventListener("input", () => {
    current = round(toValue(slider.valueAsNumber));
    show();
  });
  if (log)
    slider.addEventListener("keydown", (event) => {
      const sign = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1}[event.key];
      if (sign === undefined) return;
      event.preventDefault();
      moveTo(current + sign * Math.max(step, current * 0.05));
      slider.dispatchEvent(new Event("input", {bubbles: true}));
    });
  moveTo(value);
  return Object.defineProperty(node, "value", {
    get: () => current,
    set: (x: number) => moveTo(x)
  }) as InputNode<number>;
}
