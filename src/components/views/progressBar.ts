import {html} from "htl";
import {asFigure, type Figure, setText, uniqueId} from "./figure.js";
import {formatBytes, formatCount, formatDuration, formatRate} from "./format.js";

export interface ProgressData {
  /** What is under way: "Training". */
  label: string;
  done: number;
  /** null while it is not known how much there is. */
  total: number | null;
  /** What is counted, in the plural: "steps". "bytes" are written as kB and MB. */
  unit: string;
  /** Units a second, if known. */
  rate?: number | null | undefined;
  /** What else says how far it has come: "0.4 of 3.6 epochs". */
  note?: string | undefined;
  secondsLeft?: number | null | undefined;
}

/** A model on its way: bytes that are here, of how many; null while that is not known. */
export function loadingModel(done = 0, total: number | null = null): ProgressData {
  return {label: "Loading the model", done, total, unit: "bytes"};
}

/** How far something has come, how fast, and how long it will still take. */
export function progressBar(data: ProgressData): Figure<ProgressData> {
  const id = uniqueId("progress");
  const label = html`<label class="progress-label" for=${id}></label>`;
  const bar = html`<progress id=${id}></progress>` as HTMLProgressElement;
  const text = html`<p class="progress-text"></p>`;
  const node = html`<div class="progress">${label}${bar}${text}</div>`;

  function update({label: name, done, total, unit, rate, note, secondsLeft}: ProgressData): void {
    const amount = (n: number) => (unit === "bytes" ? formatBytes(n) : formatCount(n));
    const known = total !== null && Number.isFinite(total) && total > 0;
    setText(label, name);
    if (known) {
      bar.max = total;
      bar.value = Math.max(0, Math.min(total, Number.isFinite(done) ? done : 0));
    } else bar.removeAttribute("value");
    const noun = unit === "bytes" ? "" : ` ${unit}`;
    const parts = [known ? `${amount(done)} of ${amount(total)}${noun}` : `${amount(done)}${noun}`];
    if (note) parts.push(note);
    if (rate != null && rate > 0)
      parts.push(unit === "bytes" ? `${formatBytes(rate)}/s` : formatRate(rate, unit));
    if (secondsLeft != null && Number.isFinite(secondsLeft))
      parts.push(`${formatDuration(secondsLeft)} left`);
    setText(text, parts.join(" · "));
  }
  update(data);
  return asFigure(node, update);
}
