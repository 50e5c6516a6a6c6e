import * as Plot from "@observablehq/plot";
import {html} from "htl";
import type {HistoryPoint} from "../training/snapshot.js";
import {curveLabels, type LabelledCurve} from "./curveLabels.js";
import {curveStyle} from "./curveStyle.js";
import {asFigure, type Figure, setText} from "./figure.js";
import {formatCount, formatFixed, formatPlural} from "./format.js";

export interface LossData {
  history: readonly HistoryPoint[];
  /** ln V, nats: the loss of a blind guess among V tokens. */
  lnV: number;
  /** The loss that no model can beat, nats; null where the text's source is unknown. */
  floor: number | null;
  /** Steps of the whole run: the right end of the axis. */
  steps: number;
  /** Validation loss of counted bigrams, nats, to compare. */
  bigram?: number | null | undefined;
  /** What one token of this text is, for people: "character" unless told. */
  unit?: string | undefined;
  /** Validation losses of other runs to compare with, in the same unit. */
  others?: readonly OtherCurve[] | undefined;
}

/** The curve of another run; the style is that of its place in the list. */
export interface OtherCurve {
  name: string;
  points: readonly Point[];
}

interface Point {
  step: number;
  loss: number;
}

/** The most points of the training curve; more are averaged in neighbouring steps. */
const MOST_POINTS = 400;
const HEIGHT = 300;
/** Height with other runs' curves, which need room to be told apart. */
const TALL = 400;
const MARGIN = {top: 20, right: 12, bottom: 42, left: 40};

/** Averages runs of neighbouring points so that at most `limit` are left; points without a number go. */
export function averagePoints(history: readonly HistoryPoint[], limit = MOST_POINTS): Point[] {
  const points: Point[] = [];
  for (const {step, trainLoss} of history)
    if (trainLoss !== null && Number.isFinite(trainLoss)) points.push({step, loss: trainLoss});
  const run = Math.ceil(points.length / limit);
  if (run <= 1) return points;
  const averaged: Point[] = [];
  for (let i = 0; i < points.length; i += run) {
    const part = points.slice(i, i + run);
    averaged.push({
      step: part.reduce((sum, point) => sum + point.step, 0) / part.length,
      loss: part.reduce((sum, point) => sum + point.loss, 0) / part.length
    });
  }
  return averaged;
}

/** Training and validation loss against the step, between ln V and the floor, and other runs' validation losses. */
export function lossChart(data: LossData): Figure<LossData> {
  let current = data;
  let width = 640;
  const frame = html`<div class="loss-frame"></div>`;
  const caption = html`<figcaption class="figure-reading"></figcaption>`;
  const node = html`<figure class="figure loss-chart">
    <p class="legend"><span class="line-key line-train"></span>training
      <span class="line-key line-validation"></span>validation</p>
    ${frame}${caption}</figure>`;

  function draw(): void {
    const summary = lossSummary(current);
    setText(caption, summary);
    frame.replaceChildren(plotLoss(current, width, summary));
  }
  if (typeof ResizeObserver === "function")
    new ResizeObserver((entries) => {
      const next = Math.floor(entries.at(-1)!.contentRect.width);
      if (next === width || next < 50) return;
      width = next;
      draw();
    }).observe(frame);
  draw();
  return asFigure(node, (next: LossData) => {
    current = next;
    draw();
  });
}

function plotLoss(data: LossData, width: number, summary: string): Element {
  const train = averagePoints(data.history);
  const validation = validationPoints(data.history);
  const lines = referenceLines(data);
  const others = (data.others ?? []).map(({name, points}, i) => ({name, points, style: curveStyle(i)}));
  const losses = [...train, ...validation, ...lines, ...others.flatMap(({points}) => points)];
  const high = 1.06 * Math.max(0.1, ...losses.map(({loss}) => loss));
  const steps = [data.steps, data.history.at(-1)?.step ?? 0, 1];
  const last = Math.max(...steps, ...others.map(({points}) => points.at(-1)?.step ?? 0));
  const height = others.length > 0 ? TALL : HEIGHT;
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
  plot.setAttribute("role", "img");
  // Plot names its groups, which have no role that may carry a name.
  for (const group of plot.querySelectorAll("g[aria-label]")) group.removeAttribute("aria-label");
  return plot;
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

function validationPoints(history: readonly HistoryPoint[]): Point[] {
  const points: Point[] = [];
  for (const {step, validationLoss} of history)
    if (validationLoss !== null && Number.isFinite(validationLoss)) points.push({step, loss: validationLoss});
  return points;
}

function referenceLines({lnV, floor, bigram}: LossData): {loss: number; label: string}[] {
  const lines = [{loss: lnV, label: `a blind guess, ln V = ${formatFixed(lnV, 2)}`}];
  if (bigram != null) lines.push({loss: bigram, label: `counting bigrams ${formatFixed(bigram, 2)}`});
  if (floor !== null) lines.push({loss: floor, label: `the floor ${formatFixed(floor, 2)}`});
  return lines.filter(({loss}) => Number.isFinite(loss));
}

const unitOf = ({unit = "character"}: LossData): string => unit;

/** The chart in a sentence or two. */
export function lossSummary(data: LossData): string {
  const {history, lnV, floor, steps} = data;
  const bounds = `A blind guess costs ${formatFixed(lnV, 2)} nats a ${unitOf(data)}${
    floor === null ? "" : `; no model can go below ${formatFixed(floor, 2)}`
  }.`;
  const train = averagePoints(history).at(-1);
  const last = history.at(-1);
  if (!last || !train) return `No step has been taken yet. ${bounds}${othersInWords(data)}`;
  const validation = validationPoints(history).at(-1);
  const measured = validation
    ? `, validation loss ${formatFixed(validation.loss, 3)} (measured at step ${formatCount(validation.step)})`
    : "";
  return `After ${formatCount(last.step)} of ${formatPlural(steps, "step")}: training loss ${formatFixed(train.loss, 3)}${measured}. ${bounds}${othersInWords(data)}`;
}

function othersInWords({others = []}: LossData): string {
  const losses = others.flatMap(({name, points}, i) => {
    const end = points.at(-1);
    return end
      ? [`${curveStyle(i).mark}, ${name}, ${formatFixed(end.loss, 3)} at step ${formatCount(end.step)}`]
      : [];
  });
  return losses.length === 0 ? "" : ` Validation losses of other runs: ${losses.join("; ")}.`;
}
