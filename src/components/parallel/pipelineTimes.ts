import {html} from "htl";
import {asFigure, type Figure, setText} from "../views/figure.js";
import {LARGEST_WIDTH} from "../views/lineChart.js";
import {drawAtWidth} from "../views/watchWidth.js";
import type {ComparedStep, WorkerTimes} from "./comparedRun.js";
import type {PipelineSlot} from "./pipelineSchedule.js";
import {type DrawnSchedule, ROW, scheduleDrawing} from "./scheduleDrawing.js";
import {pipelineSentence} from "./sentences.js";
import {formatSeconds} from "./stepTable.js";

/** Who worked when in the last step of a pipeline, as measured, and for how long in the median step. */
export function pipelineTimes(data: readonly ComparedStep[]): Figure<readonly ComparedStep[]> {
  const title = html`<p class="figure-title"></p>`;
  const frame = html`<div class="schedule-frame" style=${`height: ${2 * ROW}px`}></div>`;
  const reading = html`<p class="figure-reading"></p>`;
  let steps = data;
  function draw(width: number): void {
    const last = steps.at(-1);
    if (!last) return;
    const schedule = measuredSchedule(last.workers);
    setText(
      title,
      `Step ${last.step}, as measured: ${formatSeconds(schedule.end / 1000)} from the first pass to the last`
    );
    frame.replaceChildren(scheduleDrawing(schedule, width));
    setText(reading, pipelineSentence(steps));
  }
  const redraw = drawAtWidth(frame, draw, LARGEST_WIDTH);
  const node = html`<div class="pipeline-times">${title}
    <p class="legend"><span><span class="schedule-key schedule-key-forward"></span>forward pass</span>
      <span><span class="schedule-key schedule-key-backward"></span>backward pass</span>
      <span>with the number of the micro-batch</span></p>
    ${frame}${reading}</div>`;
  return asFigure(node, (next) => {
    steps = next;
    redraw();
  });
}

/** What was measured, in milliseconds since the first turn began. */
export function measuredSchedule(workers: readonly WorkerTimes[]): DrawnSchedule {
  const turns = workers.flatMap(({turns = []}, worker) => turns.map((turn) => ({...turn, worker})));
  const first = Math.min(...turns.map(({start}) => start));
  const slots: PipelineSlot[] = turns.map(({start, end, ...turn}) => ({
    ...turn,
    start: start - first,
    length: end - start
  }));
  return {slots, end: Math.max(...turns.map(({end}) => end)) - first, workers: workers.length};
}
