import {html, svg} from "htl";
import type {CorpusSource} from "../../training/protocol.js";
import {formatCount, formatDuration, formatFixed} from "../../views/format.js";
import {notice} from "../../views/notice.js";
import {progressBar} from "../../views/progressBar.js";
import {COMPARED_TRAINING, comparedModel} from "./comparison.js";
import {lineChart} from "./lineChart.js";
import {type ComparisonState, LiveComparison, type Runner} from "./liveComparison.js";
import {POSITION_KINDS, type PositionKindFacts, positionKind} from "./positionKinds.js";
import type {PositionRecording} from "./recording.js";

/** Five models that differ in `position` only: the recorded curves, and the reader's own over them. */
export function comparisonFigure(
  recording: PositionRecording,
  corpus: CorpusSource,
  runner: Runner
): HTMLElement {
  const {steps} = COMPARED_TRAINING;
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
    const live = POSITION_KINDS.flatMap(({kind, name, stroke}) => {
      const points = curves[kind];
      return points ? [{name: `${name}, here`, stroke, width: 3.5, points}] : [];
    });
    const recorded = POSITION_KINDS.map(({kind, name, mark, stroke, dash}) => ({
      name,
      mark,
      stroke,
      dash,
      width: 1.75,
      points: recording.runs[kind].short.curve
    }));
    const ends = [...POSITION_KINDS]
      .map(({kind, name, mark}) => ({name, mark, loss: recording.runs[kind].short.curve.at(-1)![1]}))
      .sort((a, b) => a.loss - b.loss);
    return {
      label: "Validation loss of five models by training step",
      x: {label: "step", min: 0, max: steps},
      y: {label: `validation loss, nats a character`, min: 1, max: Math.ceil(2 * recording.lnV) / 2},
      lines: [...recorded, ...live],
      reading: `Recorded, after ${formatCount(steps)} steps: ${ends.map(({name, mark, loss}) => `${name} (${mark}) ${formatFixed(loss, 2)}`).join(", ")}.${live.length > 0 ? " Thick and whole: trained here." : ""}`
    };
  }

  const total = POSITION_KINDS.reduce((sum, {kind}) => sum + recording.runs[kind].short.seconds, 0);
  return html`<figure class="figure order-comparison" aria-label="Five kinds of position compared">
    <p class="figure-title">The same model five times; only <code>position</code> differs</p>
    ${chart}
    <p class="button-row">${train}${stop}${reset}</p>
    ${progress}${problem}
    <div class="scroll" role="region" tabindex="0" aria-label="Table of the five models"><table>
      <thead><tr><th scope="col">Train</th><th scope="col">Position</th><th scope="col" class="number">Parameters</th>
        <th scope="col" class="number">Recorded, ${formatCount(recording.shortSteps)} steps</th>
        <th scope="col" class="number">Recorded, ${formatCount(recording.longSteps)} steps</th>
        <th scope="col" class="number">Yours</th></tr></thead>
      <tbody>${POSITION_KINDS.map((facts, i) => row(facts, recording.runs[facts.kind], boxes[i]!, losses[i]!))}</tbody>
    </table></div>
    <p class="figure-note">Recorded on ${recording.engine} with seed ${recording.seed}, on the text “${recording.corpus}”;
      all five short runs together took ${formatDuration(total)}. Yours uses the same settings and this site’s text. Losses are nats a character
      of text that was not trained on.</p>
  </figure>` as HTMLElement;
}

function row(
  {name, mark, stroke, dash}: PositionKindFacts,
  {parameters, short, long}: PositionRecording["runs"]["none"],
  box: HTMLElement,
  yours: Element
): Element {
  const loss = ({curve}: {curve: [number, number][]}) => formatFixed(curve.at(-1)![1], 3);
  const key = svg`<svg width="30" height="8" aria-hidden="true"><line x1="0" x2="30" y1="4" y2="4" stroke-width="2"
    style=${`stroke: ${stroke}`} stroke-dasharray=${dash}></line></svg>`;
  return html`<tr><td>${box}</td><th scope="row">${mark} ${key} ${name}</th>
    <td class="number">${formatCount(parameters)}</td><td class="number">${loss(short)}</td>
    <td class="number">${loss(long)}</td>${yours}</tr>`;
}
