import {html} from "htl";
import {engineInWords} from "../../views/engineInWords.js";
import {setText} from "../../views/figure.js";
import {formatCount, formatDuration, formatFixed, formatPlural} from "../../views/format.js";
import {type Head, headGrid} from "../../views/headGrid.js";
import {heatMap} from "../../views/heatMap.js";
import {type ChartLine, type LineChartData, lineChart} from "../../views/lineChart.js";
import {type Clock, Playback} from "../../views/playback.js";
import {rangeInput} from "../../views/rangeInput.js";
import {surpriseText} from "../../views/surpriseText.js";
import {embeddingPlane} from "./embeddingPlane.js";
import {lineLosses, type Timeline} from "./timeline.js";

export type ScrubberFigure = HTMLElement & {
  /** Goes to a checkpoint, by its place from 0. */
  show(checkpoint: number): void;
  dispose(): void;
};

/** Milliseconds that each checkpoint stays while they are played. */
const PACE = 1100;

/**
 * A recorded run at every checkpoint: one slider moves the text that it wrote, where its heads look, its embeddings, its
 * surprise at a held-out line, and the loss.
 */
export function scrubberFigure(timeline: Timeline, clock?: Clock): ScrubberFigure {
  const {moments, model, line, attended, unit, run, floor} = timeline;
  const last = moments.length - 1;
  let at = last;
  let selected: Head = timeline.head;
  let query = attended - 1;
  const now = () => moments[at]!;
  const steps = (step: number) => formatPlural(step, "step");

  const slider = rangeInput({
    label: "Checkpoint",
    min: 0,
    max: last,
    step: 1,
    value: last,
    format: (i) => `after ${steps(moments[i]!.step)}`
  });
  const play = html`<button type="button" class="button button-primary">Play</button>` as HTMLButtonElement;
  const playback = new Playback(
    () => {
      goTo(at + 1);
      return at < last;
    },
    (isPlaying) => {
      setText(play, isPlaying ? "Pause" : "Play");
      // What is played glides from place to place; to the slider everything answers at once.
      if (isPlaying) plane.dataset.glides = "";
      // What changes by itself is not read out at every change; where it rests, it is.
      reading.setAttribute("aria-live", isPlaying ? "off" : "polite");
    },
    PACE,
    clock
  );
  const reading = html`<p class="figure-reading scrubber-reading" aria-live="polite"></p>`;
  const sample = html`<pre class="scrubber-sample" tabindex="0" role="group" aria-label="What the checkpoint wrote"></pre>`;
  const surprise = surpriseText(
    {tokens: line.tokens, nats: now().nats},
    {label: "A held-out line, coloured by surprise"}
  );
  const grid = headGrid(gridData(), {
    onSelect: (head) => {
      selected = head;
      map.update(mapData());
    }
  });
  const map = heatMap(mapData(), {
    onSelect: (next) => {
      query = next;
    }
  });
  const reach = Math.max(...moments.flatMap(({places}) => places.flat().map(Math.abs)));
  const plane = embeddingPlane(planeData(), {vocabulary: timeline.vocabulary, reach, share: timeline.share});
  const lines = linesOf(timeline);
  const chart = lineChart(chartData(), {height: 210});

  function gridData() {
    const {nLayer, nHead} = model;
    return {attention: now().attention, nLayer, nHead, size: attended, selected};
  }
  function mapData() {
    const {layer, head} = selected;
    const size = attended * attended;
    const first = (layer * model.nHead + head) * size;
    return {
      weights: now().attention.subarray(first, first + size),
      tokens: line.tokens.slice(0, attended),
      title: `Layer ${layer + 1}, head ${head + 1}, after ${steps(now().step)}`,
      selected: query
    };
  }
  function planeData() {
    return {places: now().places, reading: now().vowels};
  }
  function chartData(): LineChartData {
    const {step, loss} = now();
    const blind = Math.log(timeline.vocabulary.length);
    return {
      label: `Training and held-out loss of the recorded run; now after ${steps(step)}`,
      x: {label: "step", min: 0, max: run.steps},
      y: {label: `loss, nats a ${unit}`, min: 0, max: Math.ceil(blind)},
      lines,
      dots: [{x: step, y: loss, fill: "var(--query)"}],
      reading: `Whole line: the loss of each step’s batch. H: held-out text, ${formatFixed(loss)} nats after ${steps(step)}. F: the floor, ${formatFixed(floor)} nats. A blind guess: ${formatFixed(blind)}.`
    };
  }

  function show(): void {
    const moment = now();
    const {model: own, truth} = lineLosses(timeline, moment);
    setText(sample, moment.sample);
    surprise.update({tokens: line.tokens, nats: moment.nats});
    grid.update(gridData());
    map.update(mapData());
    plane.update(planeData());
    chart.update(chartData());
    setText(
      reading,
      `After ${steps(moment.step)}: a loss of ${formatFixed(moment.loss)} nats a ${unit} on held-out text; on the line below ${formatFixed(own)}, which is ${formatFixed(own / Math.LN2)} bits. The grammar that wrote the line has ${formatFixed(truth)} nats.`
    );
  }
  function goTo(checkpoint: number): void {
    at = Math.max(0, Math.min(last, checkpoint));
    slider.value = at;
    show();
  }

  slider.addEventListener("input", () => {
    playback.pause();
    delete plane.dataset.glides;
    at = slider.value;
    show();
  });
  play.addEventListener("click", () => {
    if (playback.isPlaying) playback.pause();
    else {
      if (at === last) goTo(0);
      playback.play();
    }
  });
  show();
  const node = html`<figure class="figure scrubber" aria-label="A training run at every checkpoint">
    <div class="scrubber-top">${slider}<span class="button-group">${play}</span></div>${reading}
    <div class="scrubber-panes">
      <div class="scrubber-writing"><p class="figure-title">What it wrote at that moment</p>${sample}</div>
      <div class="scrubber-surprise"><p class="figure-title">How much a held-out line surprised it</p>${surprise}</div>
      <div class="scrubber-loss"><p class="figure-title">The loss</p>${chart}</div>
      <div class="scrubber-heads"><p class="figure-title">Where its heads look: layers down, heads across</p>${grid}</div>
      <div class="scrubber-map">${map}</div>
      ${plane}
    </div>
    <p class="figure-note">Recorded: ${formatCount(model.parameters)} parameters, ${formatCount(run.steps)} steps of ${run.batchSize}
      windows of ${run.blockSize} ${unit}s of the text “${run.corpus}”, seed ${run.seed}, in ${formatDuration(run.seconds)} on
      ${engineInWords(run.adapter)}. Checkpoints are rounded to 8 bits, and so is attention.</p>
  </figure>` as HTMLElement;
  return Object.assign(node, {
    show(checkpoint: number) {
      playback.pause();
      goTo(checkpoint);
    },
    dispose: () => playback.pause()
  });
}

/** The curves of the loss chart, which no checkpoint changes. */
const linesOf = ({losses, moments, floor, run}: Timeline): ChartLine[] => [
  {name: "training", stroke: "var(--ink-soft)", width: 1, points: losses},
  {
    name: "held-out",
    mark: "H",
    stroke: "var(--probability)",
    dash: "7 3",
    points: moments.map(({step, loss}) => [step, loss] as const)
  },
  {
    name: "floor",
    mark: "F",
    stroke: "var(--value)",
    dash: "2 2.5",
    points: [
      [0, floor],
      [run.steps, floor]
    ]
  }
];
