import {html, svg} from "htl";
import type {CorpusSource} from "../../training/protocol.js";
import {formatCount, formatFixed} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {notice} from "../../views/notice.js";
import {progressBar} from "../../views/progressBar.js";
import {COMPARED_TRAINING, comparedModel} from "./comparison.js";
import {type ComparisonState, LiveComparison, type Runner} from "./liveComparison.js";
import {POSITION_KINDS, type PositionKindFacts, positionKind} from "./positionKinds.js";
import {type PositionRecording, rankingInWords} from "./recording.js";

export type ComparisonFigure = HTMLElement & {
  /** Shows the recording, which is covered until the reader has predicted. */
  reveal(): void;
};

/** Five models that differ in `position` only: the recorded curves, and the reader's own over them. */
export function comparisonFigure(
  recording: PositionRecording,
  corpus: CorpusSource,
  runner: Runner
): ComparisonFigure {
  const {steps} = COMPARED_TRAINING;
  let isRevealed = false;
  let curves: ComparisonState["curves"] = {};
  let started = 0;
  const boxes = POSITION_KINDS.map(
    ({name}) => html`<input type="checkbox" checked aria-label=${`Train with ${name}`}>` as HTMLInputElement
  );
  const losses = POSITION_KINDS.map(() => html`<td class="number">–</td>`);
  const train =
    html`<button type="button" class="button button-primary">Train them here</button>` as HTMLButtonElement;
  const stop = html`<button type="button" class="button" disabled>Stop</button>` as HTMLButtonElement;
  const reset = html`<button type="button" class="button" disabled>Reset</button>` as HTMLButtonElement;
  const uncover = html`<button type="button" class="button">Show the recording</button>` as HTMLButtonElement;
  const recordedCells = POSITION_KINDS.map(() => [
    html`<td class="number">?</td>`,
    html`<td class="number">?</td>`
  ]);
  const progress = progressBar({label: "Nothing is training", done: 0, total: steps, unit: "steps"});
  const problem = html`<div></div>`;
  const chart = lineChart(chartData(), {height: 320});

  const comparison = new LiveComparison(
    runner,
    (kind) => ({corpus, model: comparedModel(kind), train: COMPARED_TRAINING}),
    show
  );
  train.addEventListener("click", () => {
    const kinds = POSITION_KINDS.filter((_, i) => boxes[i]!.checked).map(({kind}) => kind);
    if (kinds.length === 0)
      problem.replaceChildren(notice({kind: "info", message: "Choose at least one model in the table."}));
    else comparison.start(kinds);
  });
  stop.addEventListener("click", () => comparison.stop());
  reset.addEventListener("click", () => comparison.reset());
  uncover.addEventListener("click", reveal);

  function reveal(): void {
    isRevealed = true;
    uncover.disabled = true;
    POSITION_KINDS.forEach(({kind}, i) => {
      const {short, long} = recording.runs[kind];
      recordedCells[i]!.forEach((cell, j) => {
        cell.textContent = formatFixed([short, long][j]!.curve.at(-1)![1], 3);
      });
    });
    chart.update(chartData());
  }

  function show(state: ComparisonState): void {
    const {current, waiting, step} = state;
    const isNew = state.curves !== curves;
    curves = state.curves;
    if (step === 1) started = performance.now();
    train.disabled = current !== null;
    stop.disabled = current === null;
    reset.disabled = Object.keys(curves).length === 0;
    const seconds = (performance.now() - started) / 1000;
    progress.update({
      label: current
        ? `Training ${positionKind(current).name}${waiting.length > 0 ? `; then ${waiting.map((kind) => positionKind(kind).name).join(", ")}` : ""}`
        : "Nothing is training",
      done: step,
      total: steps,
      unit: "steps",
      secondsLeft: current && step > 20 ? (seconds / step) * (steps - step) : null
    });
    problem.replaceChildren(...(state.problem ? [notice({kind: "error", message: state.problem})] : []));
    if (!isNew) return;
    chart.update(chartData());
    POSITION_KINDS.forEach(({kind}, i) => {
      const end = curves[kind]?.at(-1);
      losses[i]!.textContent = end
        ? `${formatFixed(end[1], 3)}${end[0] < steps ? ` at ${formatCount(end[0])}` : ""}`
        : "–";
    });
  }

  function chartData() {
    const live = POSITION_KINDS.flatMap(({kind, name, stroke, mark}) => {
      const points = curves[kind];
      return points ? [{name: `${name}, here`, stroke, width: 3.5, points, ...(!isRevealed && {mark})}] : [];
    });
    const recorded = POSITION_KINDS.map(({kind, name, mark, stroke, dash}) => ({
      name,
      mark,
      stroke,
      dash,
      width: 1.75,
      points: recording.runs[kind].short.curve
    }));
    const says = isRevealed
      ? `Recorded, after ${formatCount(recording.shortSteps)} steps: ${rankingInWords(recording, "short")}.`
      : "The recorded curves are covered until you have predicted.";
    return {
      label: "Validation loss of five models by training step",
      x: {label: "step", min: 0, max: steps},
      y: {label: "validation loss, nats a character", min: 1, max: Math.ceil(2 * recording.lnV) / 2},
      lines: [...(isRevealed ? recorded : []), ...live],
      reading: live.length > 0 ? `${says} Thick, whole lines: trained here.` : says
    };
  }

  const node = html`<figure class="figure order-comparison" aria-label="Five kinds of position compared">
    <p class="figure-title">The same model five times; only <code>position</code> differs</p>
    ${chart}
    <p class="button-row">${train}${stop}${reset}${uncover}</p>
    ${progress}${problem}
    <div class="scroll" role="region" tabindex="0" aria-label="Table of the five models"><table>
      <thead><tr><th scope="col">Train</th><th scope="col">Position</th><th scope="col" class="number">Parameters</th>
        <th scope="col" class="number">Recorded, ${formatCount(recording.shortSteps)} steps</th>
        <th scope="col" class="number">Recorded, ${formatCount(recording.longSteps)} steps</th>
        <th scope="col" class="number">Yours</th></tr></thead>
      <tbody>${POSITION_KINDS.map((facts, i) => row(facts, recording.runs[facts.kind].parameters, [boxes[i]!, ...recordedCells[i]!, losses[i]!]))}</tbody>
    </table></div>
    <p class="figure-note">Recorded on ${recording.engine} with seed ${recording.seed}, on the text “${recording.corpus}”.
      Yours uses the same settings and this site’s text. Losses are nats a character
      of text that was not trained on.</p>
  </figure>` as HTMLElement;
  return Object.assign(node, {reveal});
}

function row(
  {name, mark, stroke, dash}: PositionKindFacts,
  parameters: number,
  [box, ...cells]: Element[]
): Element {
  const key = svg`<svg width="30" height="8" aria-hidden="true"><line x1="0" x2="30" y1="4" y2="4" stroke-width="2"
    style=${`stroke: ${stroke}`} stroke-dasharray=${dash}></line></svg>`;
  return html`<tr><td>${box}</td><th scope="row">${mark} ${key} ${name}</th>
    <td class="number">${formatCount(parameters)}</td>${cells}</tr>`;
}
