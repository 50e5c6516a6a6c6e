import {html} from "htl";
import {setText, uniqueId} from "../../views/figure.js";
import {formatCount, formatDuration, formatFixed} from "../../views/format.js";
import {LARGEST_WIDTH} from "../../views/lineChart.js";
import {plainTable} from "../../views/plainTable.js";
import {drawAtWidth} from "../../views/watchWidth.js";
import {formatPower} from "../block/formatPower.js";
import {AXES, type Axis, axes, seriesOf, short} from "./scalingAxes.js";
import {computeOptimal, fitPower} from "./scalingFit.js";
import {type LogPlot, type LogPlotData, logPlot} from "./scalingPlot.js";
import {dearestOf, type ScalingRecord, type ScalingRun} from "./scalingRuns.js";
import {frontSentence, runSentence} from "./scalingWords.js";

/** CSS pixels. */
const HEIGHT = 380;

/**
 * The recorded runs: excess over the floor against parameters, tokens or computing, both axes logarithmic. The dearest
 * is held back until `reveal`, or until the reader asks for it.
 */
export function scalingFigure(record: ScalingRecord): HTMLElement & {reveal(): void} {
  const dearest = dearestOf(record.runs);
  let axis: Axis = "flops";
  let plot: LogPlot | null = null;
  let chosen: ScalingRun;

  const frame = html`<div class="log-plot-frame" style=${`height: ${HEIGHT}px`}></div>` as HTMLElement;
  const reading = html`<p class="figure-reading"></p>`;
  const group = uniqueId("axis");
  const radios = AXES.map((name) => {
    const input =
      html`<input type="radio" name=${group} value=${name} checked=${name === axis}>` as HTMLInputElement;
    input.addEventListener("change", () => {
      axis = name;
      redraw();
    });
    return html`<label>${input} ${axes[name].choice}</label>`;
  });
  const box = html`<input type="checkbox">` as HTMLInputElement;
  box.addEventListener("change", () => {
    fill();
    redraw();
  });
  const id = uniqueId("run");
  const choice = html`<select id=${id}></select>` as HTMLSelectElement;
  choice.addEventListener("input", () => {
    chosen = shown()[Number(choice.value)]!;
    redraw();
  });
  const said = html`<p class="figure-reading" aria-live="polite"></p>`;
  const node = html`<figure class="figure scaling-figure" aria-label="Loss against size, text and computing">
    <p class="figure-title">Recorded: ${formatCount(record.runs.length)} runs on the site’s text</p>
    <fieldset class="choice"><legend>Along the bottom</legend>${radios}</fieldset>
    ${frame}${reading}
    <div class="scaling-controls"><div class="field"><label for=${id}>A run in words</label>${choice}</div>
      <label>${box} Show the dearest run, of ${short(dearest.parameters)} parameters</label></div>
    ${said}
    <details class="figure-table"><summary>All runs as a table</summary>${tableOf(record)}</details>
  </figure>` as HTMLElement;

  const shown = () => (box.checked ? record.runs : record.runs.filter((run) => run !== dearest));

  /** The list of runs, with the best one chosen. */
  function fill(): void {
    const runs = shown();
    chosen = runs.reduce((best, run) => (run.loss < best.loss ? run : best));
    choice.replaceChildren(
      ...runs.map(
        (run, i) =>
          html`<option value=${i} selected=${run === chosen}>${short(run.parameters)} parameters, ${short(run.tokens)} tokens</option>`
      )
    );
  }
  function draw(width: number): void {
    const runs = shown();
    plot = logPlot(plotData(runs, record, axis, chosen), width, HEIGHT);
    frame.replaceChildren(plot.node);
    setText(reading, frontSentence(runs, record));
    setText(said, runSentence(chosen, record));
    choice.value = String(runs.indexOf(chosen));
  }
  frame.addEventListener("pointermove", (event) => point(event));
  frame.addEventListener("pointerdown", (event) => point(event));
  function point(event: PointerEvent): void {
    const {left, top} = frame.getBoundingClientRect();
    const run = shown()[plot?.nearest(event.clientX - left, event.clientY - top) ?? -1];
    if (!run || run === chosen) return;
    chosen = run;
    redraw();
  }
  fill();
  const redraw = drawAtWidth(frame, draw, LARGEST_WIDTH);
  return Object.assign(node, {
    reveal() {
      box.checked = true;
      fill();
      redraw();
    }
  });
}

/** The runs on an axis; on that of computing with the line through the best. */
function plotData(
  runs: readonly ScalingRun[],
  {floor}: ScalingRecord,
  axis: Axis,
  chosen: ScalingRun
): LogPlotData {
  const at = (run: ScalingRun) => [run[axis], run.loss - floor] as const;
  const front = new Set(computeOptimal(runs));
  const ends = [...front].map(at);
  const law = fitPower(ends);
  const line = [ends[0]![0], ends.at(-1)![0]].map((x) => [x, law.c * x ** -law.exponent] as const);
  const {label, format} = axes[axis];
  return {
    label: `Nats above the floor against ${label}, both on logarithmic axes`,
    x: {label, format},
    y: {label: "nats above the floor", format: (y) => String(y)},
    lines: seriesOf(runs, axis).map(({name, runs}) => ({name, points: runs.map(at)})),
    dots: runs.map((run) => ({
      at: at(run),
      kind: axis === "flops" && front.has(run) ? "best" : "plain",
      isChosen: run === chosen
    })),
    laws: axis === "flops" ? [{points: line}] : []
  };
}

const tableOf = ({runs, command}: ScalingRecord): HTMLElement =>
  plainTable({
    caption: `Made by ${command}`,
    columns: [
      "Layers × width",
      "Parameters",
      "Tokens",
      "FLOP",
      "Learning rate",
      "Held-out loss",
      "Training loss",
      "Time"
    ],
    rows: runs.map((run) => [
      `${run.nLayer} × ${run.nEmbd}`,
      formatCount(run.parameters),
      formatCount(run.tokens),
      formatPower(run.flops),
      formatFixed(run.learningRate, 4),
      formatFixed(run.loss, 3),
      formatFixed(run.trainLoss, 3),
      formatDuration(run.seconds)
    ])
  });
