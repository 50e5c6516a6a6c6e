import {svg} from "htl";
import type {SamplingOptions} from "../../generation/distribution.js";
import {setText} from "../../views/figure.js";
import {formatPercent} from "../../views/format.js";
import {type Filtered, STEP_NAMES} from "./filterOrder.js";

/** Where things lie in the plot, in px. */
export interface PlotScales {
  /** The left edge of the bar of rank i. */
  x(i: number): number;
  /** The height of a probability. */
  y(p: number): number;
  left: number;
  right: number;
  bottom: number;
  /** Bars that are drawn; a cut beyond them is marked at the end. */
  shown: number;
}

export interface CutMarks {
  node: Element;
  draw(filtered: Filtered, options: SamplingOptions, scales: PlotScales): void;
}

/** Each cut has a line of text of its own above the bars, in px: a later cut, further left, a higher one. */
const LANES = {greedy: 44, topK: 44, topP: 28, minP: 12};

/**
 * An upright line where each cut that is on ends, with the mass that it takes; min-p's level lies across as well. All are
 * made once and moved.
 */
export function cutMarks(): CutMarks {
  const node = svg`<g></g>`;
  const cuts = {greedy: cutLine(), topK: cutLine(), topP: cutLine(), minP: cutLine()};
  const across = svg`<line></line>`;
  const levelName = svg`<text text-anchor="end">min-p’s level</text>`;
  const level = svg`<g class="cut-level">${across}${levelName}</g>`;

  function draw({stages, tempered, ids, kept}: Filtered, options: SamplingOptions, scales: PlotScales): void {
    const on = {topK: options.topK !== null, topP: options.topP < 1, minP: (options.minP ?? 0) > 0};
    const drawn: Element[] = [];
    const mark = (cut: keyof typeof cuts, kept: number, words: string) => {
      cuts[cut].move(kept, LANES[cut], words, scales);
      drawn.push(cuts[cut].node);
    };
    if (options.temperature === 0) mark("greedy", kept, "greedy");
    else {
      for (const {step, kept, removed} of stages)
        if (step !== "temperature" && on[step])
          mark(step, kept, `${STEP_NAMES[step]} takes ${removed > 0 ? formatPercent(removed) : "nothing"}`);
      if (on.minP) {
        const y = scales.y(options.minP! * tempered[ids[0]!]!);
        setAttributes(across, {x1: scales.left, x2: scales.right, y1: y, y2: y});
        setAttributes(levelName, {x: scales.right, y: y - 5});
        drawn.push(level);
      }
    }
    if (drawn.length !== node.childNodes.length || drawn.some((mark, i) => mark !== node.childNodes[i]))
      node.replaceChildren(...drawn);
  }
  return {node, draw};
}

function cutLine() {
  const line = svg`<line></line>`;
  const text = svg`<text></text>`;
  return {
    node: svg`<g class="cut-line">${line}${text}</g>`,
    move(kept: number, lane: number, words: string, {x, left, right, bottom, shown}: PlotScales): void {
      const at = x(Math.min(kept, shown));
      const isRight = at > left + 0.5 * (right - left);
      setAttributes(line, {x1: at, x2: at, y1: lane - 8, y2: bottom});
      setAttributes(text, {x: at + (isRight ? -5 : 5), y: lane, "text-anchor": isRight ? "end" : "start"});
      setText(text, words);
    }
  };
}

function setAttributes(node: Element, attributes: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
}
