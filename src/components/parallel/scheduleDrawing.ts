import {svg} from "htl";
import {formatPlural} from "../views/format.js";
import type {PipelineSlot} from "./pipelineSchedule.js";

/** CSS pixels of a worker's row, and beside it for its name. */
export const ROW = 30;
const NAMES = 24;
/** Narrower boxes have no room for a number. */
const LEAST = 12;

export interface DrawnSchedule {
  slots: readonly PipelineSlot[];
  /** What the full width stands for, in the unit of the slots. */
  end: number;
  workers: number;
}

/** A row for each worker of a pipeline and a box for each of its turns, with the number of the micro-batch. */
export function scheduleDrawing({slots, end, workers}: DrawnSchedule, width: number): Element {
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
