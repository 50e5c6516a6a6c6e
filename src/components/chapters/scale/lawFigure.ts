import {html} from "htl";
import {setText} from "../../views/figure.js";
import {formatFixed, formatPercent} from "../../views/format.js";
import {LARGEST_WIDTH} from "../../views/lineChart.js";
import {rangeInput} from "../../views/rangeInput.js";
import {drawAtWidth} from "../../views/watchWidth.js";
import {formatPower} from "../block/formatPower.js";
import {short} from "./scalingAxes.js";
import {bestSplit, lawLoss, type ScalingLaw} from "./scalingFit.js";
import {logPlot} from "./scalingPlot.js";
import {dearestOf, type ScalingRecord} from "./scalingRuns.js";

/** CSS pixels. */
const HEIGHT = 320;
/** How far beyond the recorded runs the sliders go, as a factor. */
const BEYOND = 100;

/** What a fitted law expects of any size and length, beside the runs that it was fitted to. */
export function lawFigure({runs, floor}: ScalingRecord, law: ScalingLaw): HTMLElement {
  const span = (of: "parameters" | "tokens") => {
    const values = runs.map((run) => run[of]);
    return {min: Math.min(...values), max: BEYOND * Math.max(...values)};
  };
  const slider = (label: string, of: "parameters" | "tokens", value: number) =>
    rangeInput({label, ...span(of), step: 1, value, scale: "log", format: short});
  const most = {
    parameters: Math.max(...runs.map(({parameters}) => parameters)),
    tokens: Math.max(...runs.map(({tokens}) => tokens))
  };
  const dearest = dearestOf(runs);
  const size = slider("Parameters, N", "parameters", 10 * dearest.parameters);
  const length = slider("Tokens, D", "tokens", 10 * dearest.tokens);
  const frame = html`<div class="log-plot-frame" style=${`height: ${HEIGHT}px`}></div>` as HTMLElement;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const node = html`<figure class="figure law-figure" aria-label="The law and the runs it was fitted to">
    <p class="figure-title">Expected against measured</p>
    <div class="scaling-controls">${size}${length}</div>
    ${frame}
    <p class="figure-note">A point is a run; on the broken line it measured what the law expects, above it more. The ring is
      what the law expects of the size and the length that are set.</p>
    ${reading}
  </figure>` as HTMLElement;

  function draw(width: number): void {
    const [N, D] = [size.value, length.value];
    const excess = (n: number, d: number) => lawLoss(law, n, d) - floor;
    const expected = excess(N, D);
    const at = runs.map((run) => [excess(run.parameters, run.tokens), run.loss - floor] as const);
    const all = [...at.flat(), expected];
    const ends = [Math.min(...all), Math.max(...all)].map((x) => [x, x] as const);
    const label = "Measured against expected nats above the floor, on logarithmic axes";
    const format = (x: number) => String(x);
    const plot = logPlot(
      {
        label,
        x: {label: "expected by the law, nats above the floor", format},
        y: {label: "measured", format},
        lines: [],
        laws: [{points: ends}],
        dots: [
          ...at.map((point) => ({at: point, kind: "plain", isChosen: false}) as const),
          {at: [expected, expected], kind: "best", isChosen: true}
        ]
      },
      width,
      HEIGHT
    );
    frame.replaceChildren(plot.node);
    const flops = 6 * N * D;
    const best = bestSplit(law, flops);
    const isBeyond = N > most.parameters || D > most.tokens;
    setText(
      reading,
      `${short(N)} parameters after ${short(D)} tokens: the law expects ${formatFixed(floor + expected, 3)} nats, ${formatPercent(excess(N, Number.POSITIVE_INFINITY) / expected)} of what is above the floor for want of parameters, the rest for want of text. ` +
        `That costs about 6·N·D = ${formatPower(flops)} FLOP, with which the law would rather have ${short(best.parameters)} parameters and ${short(best.tokens)} tokens, for ${formatFixed(lawLoss(law, best.parameters, best.tokens), 3)}.${isBeyond ? " No run of ours went so far: this is where the law leads, not what was measured." : ""}`
    );
  }
  const redraw = drawAtWidth(frame, draw, LARGEST_WIDTH);
  for (const input of [size, length]) input.addEventListener("input", redraw);
  return node;
}
