import * as Plot from "@observablehq/plot";
import {curveLabels, type LabelledCurve} from "./curveLabels.js";
import {curveStyle} from "./curveStyle.js";
import {formatCount, formatFixed} from "./format.js";
import {
  averagePoints,
  type LossData,
  type OtherCurve,
  type Point,
  unitOf,
  validationPoints
} from "./lossData.js";
import {plotHeight} from "./lossFrame.js";
import {plotImage} from "./plotImage.js";

const MARGIN = {top: 20, right: 12, bottom: 42, left: 40};

/** The drawing inside a loss chart, `width` CSS pixels wide, described to screen readers by `summary`. */
export function plotLoss(data: LossData, width: number, summary: string): Element {
  const train = averagePoints(data.history);
  const validation = validationPoints(data.history);
  const lines = referenceLines(data);
  const others = (data.others ?? []).map(({name, points}, i) => ({name, points, style: curveStyle(i)}));
  const losses = [...train, ...validation, ...lines, ...others.flatMap(({points}) => points)];
  const high = 1.06 * Math.max(0.1, ...losses.map(({loss}) => loss));
  const steps = [data.steps, data.history.at(-1)?.step ?? 0, 1];
  const last = Math.max(...steps, ...others.map(({points}) => points.at(-1)?.step ?? 0));
  const height = plotHeight(data);
  const ends = others.length > 0 ? endsOf(others, validation) : [];
  const {labels, marginRight} = curveLabels(ends, {width, height, ...MARGIN, last, high});
  const plot = Plot.plot({
    width,
    height,
    marginTop: MARGIN.top,
    marginLeft: MARGIN.left,
    marginRight,
    marginBottom: MARGIN.bottom,
    ariaLabel: "Loss against training step",
    ariaDescription: summary,
    className: "loss-plot",
    style: {fontSize: "12px", fontFamily: "inherit"},
    x: {
      domain: [0, last],
      label: "step",
      tickFormat: formatCount,
      ticks: Math.max(2, Math.floor(width / 110))
    },
    y: {
      domain: [0, high],
      label: `loss, nats a ${unitOf(data)}`,
      grid: true,
      ticks: 6
    },
    marks: [
      Plot.ruleY(lines, {y: "loss", stroke: "var(--ink-soft)", strokeDasharray: "5 3"}),
      Plot.text(lines, {
        y: "loss",
        text: "label",
        frameAnchor: "right",
        textAnchor: "end",
        dy: -7,
        fill: "var(--ink-soft)",
        stroke: "var(--paper)",
        strokeWidth: 4
      }),
      ...others.map(({points, style: {stroke, dash}}) =>
        Plot.line(points, {x: "step", y: "loss", stroke, strokeDasharray: dash, strokeWidth: 1.75})
      ),
      Plot.line(train, {
        x: "step",
        y: "loss",
        stroke: "var(--query)",
        strokeWidth: 1.25,
        strokeOpacity: 0.85
      }),
      Plot.line(validation, {x: "step", y: "loss", stroke: "var(--surprise)", strokeWidth: 2}),
      Plot.dot(validation.length > 60 ? validation.slice(-1) : validation, {
        x: "step",
        y: "loss",
        r: 2.8,
        fill: "var(--surprise)"
      }),
      ...labels.map(({x, y, text, color, isBold}) =>
        Plot.text([text], {
          text: (label: string) => label,
          frameAnchor: "top-left",
          textAnchor: "start",
          dx: x - MARGIN.left,
          dy: y - MARGIN.top,
          lineAnchor: "middle",
          fill: color,
          fontWeight: isBold ? 700 : 500,
          stroke: "var(--paper)",
          strokeWidth: 4
        })
      )
    ]
  });
  return plotImage(plot);
}

/** Where each validation curve ends, to be labelled there. */
function endsOf(
  others: readonly (OtherCurve & {style: ReturnType<typeof curveStyle>})[],
  validation: readonly Point[]
): LabelledCurve[] {
  const ends = others.flatMap(({name, points, style: {mark, stroke}}): LabelledCurve[] => {
    const end = points.at(-1);
    return end ? [{mark, name, color: stroke, ...end}] : [];
  });
  const end = validation.at(-1);
  return end ? [...ends, {mark: "this", name: "run", color: "var(--surprise)", isBold: true, ...end}] : ends;
}

function referenceLines({lnV, floor, bigram}: LossData): {loss: number; label: string}[] {
  const lines = [{loss: lnV, label: `a blind guess, ln V = ${formatFixed(lnV, 2)}`}];
  if (bigram != null) lines.push({loss: bigram, label: `counting bigrams ${formatFixed(bigram, 2)}`});
  if (floor !== null) lines.push({loss: floor, label: `the floor ${formatFixed(floor, 2)}`});
  return lines.filter(({loss}) => Number.isFinite(loss));
}
