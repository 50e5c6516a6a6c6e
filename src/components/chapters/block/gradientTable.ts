import {html} from "htl";
import {formatFixed} from "../../views/format.js";
import {nameOf} from "./bench.js";
import {formatPower} from "./formatPower.js";
import {type GradientRun, profileAt} from "./gradientRun.js";

/** A run with how it is drawn. */
export interface ShownRun {
  mark: string;
  dash: string;
  isChosen: boolean;
  run: GradientRun;
}

/** What the chart says of a run at a step, in numbers. */
export interface RunReading {
  name: string;
  first: number;
  last: number;
  /** What a block passes on to the one before it, on average: the share that, taken L − 1 times, leads from last to first. */
  kept: number;
  /** Mean training loss of the four steps up to this one; null before the first. */
  loss: number | null;
}

export function readRun(run: GradientRun, step: number): RunReading | null {
  const profile = profileAt(run, step);
  if (!profile) return null;
  const [first, last] = [profile[0]!, profile.at(-1)!];
  const recent = run.losses.slice(Math.max(0, step - 4), step);
  return {
    name: nameOf(run.combination),
    first,
    last,
    kept: (first / last) ** (1 / Math.max(1, profile.length - 1)),
    loss: recent.length > 0 ? recent.reduce((sum, loss) => sum + loss, 0) / recent.length : null
  };
}

/** The rows under the charts: their legend, and their text. */
export function gradientRows(runs: readonly ShownRun[], step: number): Element[] {
  return runs.map(({mark, dash, isChosen, run}) => {
    const reading = readRun(run, step);
    return html`<tr class=${isChosen ? "row-chosen" : null}>
      <td>${lineKey(mark, dash, isChosen)}</td>
      <th scope="row">${nameOf(run.combination)}${run.isLive ? " (run here)" : ""}</th>
      <td>${reading ? formatPower(reading.first) : "–"}</td>
      <td>${reading ? formatPower(reading.last) : "–"}</td>
      <td>${reading ? formatKept(reading.kept) : "–"}</td>
      <td>${reading?.loss == null ? "–" : formatFixed(reading.loss, 2)}</td></tr>`;
  });
}

function lineKey(mark: string, dash: string, isChosen: boolean): Element {
  const color = isChosen ? "var(--gradient)" : "var(--ink-soft)";
  return html`<span class="line-mark" style=${{color}}><b>${mark}</b> <svg width="34" height="8"
    aria-hidden="true"><line x1="0" x2="34" y1="4" y2="4" stroke="currentColor" stroke-width=${isChosen ? 3 : 1.5}
    stroke-dasharray=${dash}></line></svg></span>`;
}

/** Every block of every run. */
export function blockRows(runs: readonly ShownRun[], step: number): Element[] {
  const profiles = runs.map(({run}) => profileAt(run, step) ?? []);
  const blocks = Math.max(0, ...profiles.map(({length}) => length));
  return Array.from(
    {length: blocks},
    (_, i) =>
      html`<tr><th scope="row">${i + 1}</th>${profiles.map(
        (profile) => html`<td>${profile[i] === undefined ? "–" : formatPower(profile[i]!)}</td>`
      )}</tr>`
  );
}

/** The chosen run in a sentence. */
export function gradientSentence(run: GradientRun | undefined, step: number): string {
  const reading = run && readRun(run, step);
  if (!reading) return "This combination has not been run with these settings: press a button below.";
  const where = step === 0 ? "Before the first step" : `After ${step} steps`;
  if (reading.last === 0)
    return `${where}, with ${reading.name}: no gradient that a 32-bit number could hold.`;
  const kept =
    reading.first === 0 ? "" : ` On average each block passes ${formatKept(reading.kept)} of it on.`;
  return `${where}, with ${reading.name}: the gradient has norm ${formatPower(reading.last)} at the last block and ${formatPower(reading.first)} at block 1.${kept}`;
}

/** A share that may exceed 1: "98%", "5.8%". */
export const formatKept = (kept: number): string =>
  Number.isFinite(kept) && kept > 0 ? `${formatFixed(100 * kept, kept < 0.1 ? 1 : 0)}%` : "–";

/** Where the runs of a chart are from. */
export function sourceSentence(runs: readonly GradientRun[]): string {
  const made = runs.filter(({measured}) => measured.length > 0);
  if (made.length === 0) return "Nothing has been run with these settings yet.";
  if (made.every(({isLive}) => isLive)) return "Run in this browser, just now.";
  return made.some(({isLive}) => isLive)
    ? "Runs marked “run here” are from this browser; the others were recorded."
    : "Recorded: made by the same trainer, from the same seeds, that runs in your browser below.";
}
