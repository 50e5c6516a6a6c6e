import {html} from "htl";
import {setText} from "../views/figure.js";
import {formatPercent, formatPlural} from "../views/format.js";
import {LARGEST_WIDTH} from "../views/lineChart.js";
import {rangeInput} from "../views/rangeInput.js";
import {drawAtWidth} from "../views/watchWidth.js";
import {pipelineSchedule} from "./pipelineSchedule.js";
import {ROW, scheduleDrawing} from "./scheduleDrawing.js";

/** Who would work when as micro-batches go through a pipeline of any length whose workers have equal shares. */
export function scheduleFigure(): HTMLElement {
  const workers = rangeInput({label: "Workers, p", min: 1, max: 8, step: 1, value: 4});
  const pieces = rangeInput({label: "Micro-batches, m", min: 1, max: 16, step: 1, value: 4});
  const frame = html`<div class="schedule-frame" style=${`height: ${8 * ROW}px`}></div>` as HTMLElement;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  function draw(width: number): void {
    const schedule = pipelineSchedule(workers.value, pieces.value);
    frame.replaceChildren(scheduleDrawing({...schedule, workers: workers.value}, width));
    setText(
      reading,
      `${formatPlural(workers.value, "worker")} and ${formatPlural(pieces.value, "micro-batch", "micro-batches")}: each waits ${formatPercent(schedule.idle)} of the time, (p − 1) / (m + p − 1). Narrow boxes are forward passes, wide ones backward passes, which take twice as long; the number is the micro-batch.`
    );
  }
  const redraw = drawAtWidth(frame, draw, LARGEST_WIDTH);
  for (const input of [workers, pieces]) input.addEventListener("input", redraw);
  return html`<figure class="figure schedule-figure" aria-label="Who works when in a pipeline">
    <p class="figure-title">A pipeline of any length, computed</p>
    <div class="team-settings">${workers}${pieces}</div>
    ${frame}${reading}
  </figure>` as HTMLElement;
}
