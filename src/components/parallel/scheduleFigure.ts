import {html, svg} from "htl";
import {setText} from "../views/figure.js";
import {formatPercent, formatPlural} from "../views/format.js";
import {LARGEST_WIDTH} from "../views/lineChart.js";
import {rangeInput} from "../views/rangeInput.js";
import {watchWidth} from "../views/watchWidth.js";
import {type PipelineSchedule, pipelineSchedule} from "./pipelineSchedule.js";

/** CSS pixels of a worker's row, and beside it for its name. */
const ROW = 30;
const NAMES = 24;
/** Narrower boxes have no room for a number. */
const LEAST = 12;

/** Who works when as a batch goes through a pipeline in pieces. */
export function scheduleFigure(): HTMLElement {
  const workers = rangeInput({label: "Workers, p", min: 1, max: 8, step: 1, value: 4});
  const pieces = rangeInput({label: "Pieces of a batch, m", min: 1, max: 16, step: 1, value: 4});
  const frame = html`<div class="schedule-frame" style=${`height: ${8 * ROW}px`}></div>` as HTMLElement;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  let width = 640;
  function draw(): void {
    const schedule = pipelineSchedule(workers.value, pieces.value);
    frame.replaceChildren(drawing(schedule, workers.value, width));
    setText(
      reading,
      `${formatPlural(workers.value, "worker")} and ${formatPlural(pieces.value, "piece")}: each waits ${formatPercent(schedule.idle)} of the time, (p − 1) / (m + p − 1). Narrow boxes are forward passes, wide ones backward passes, which take twice as long; the number is the piece.`
    );
  }
  for (const input of [workers, pieces]) input.addEventListener("input", draw);
  watchWidth(
    frame,
    width,
    (next) => {
      width = next;
      draw();
    },
    LARGEST_WIDTH
  );
  draw();
  return html`<figure class="figure schedule-figure" aria-label="Who works when in a pipeline">
    <p class="figure-title">A batch in pieces</p>
    <div class="team-settings">${workers}${pieces}</div>
    ${frame}${reading}
  </figure>` as HTMLElement;
}

function drawing({slots, end}: PipelineSchedule, workers: number, width: number): Element {
  const unit = (width - NAMES) / end;
  const label = `Forward and backward passes of ${formatPlural(workers, "worker")} over time`;
  return svg`<svg class="schedule" width=${width} height=${workers * ROW} role="img" aria-label=${label}>
    ${Array.from({length: workers}, (_, i) => svg`<text x="0" y=${i * ROW + 20}>${i + 1}</text>`)}
    ${slots.map(({worker, piece, pass, start, length}) => {
      const box = Math.max(1, unit * length - 1);
      return svg`<g transform=${`translate(${NAMES + unit * start},${worker * ROW + 2})`}>
        <rect class=${`schedule-${pass}`} width=${box} height=${ROW - 4}></rect>
        ${box >= LEAST ? svg`<text class=${`schedule-${pass}-number`} x=${box / 2} y="18" text-anchor="middle">${piece + 1}</text>` : null}</g>`;
    })}
  </svg>` as Element;
}
