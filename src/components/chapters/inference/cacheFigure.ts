import {html} from "htl";
import type {ModelConfig} from "../../model/config.js";
import {cacheBytes} from "../../model/size.js";
import {button} from "../../views/buttons.js";
import {paintWhenSized} from "../../views/canvas.js";
import {setText, uniqueId} from "../../views/figure.js";
import {capital, formatBytes, formatCount, formatPlural, tokenName} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {Playback} from "../../views/playback.js";
import {prefersStillness} from "../../views/prefersStillness.js";
import {loadingModel} from "../../views/progressBar.js";
import {rangeInput} from "../../views/rangeInput.js";
import {statGrid} from "../../views/statGrid.js";
import {tokenStrip} from "../../views/tokenStrip.js";
import {cacheHeight, cachePainter} from "./cachePainting.js";
import {type CacheTrace, cacheLevels, type PackedCache, unpackCache} from "./cacheTrace.js";
import {measure as measureInWorker} from "./client.js";
import {costChart} from "./costChart.js";
import {decodingCost} from "./decodingCost.js";
import {task} from "./task.js";

export interface CacheFigureData {
  config: ModelConfig;
  recorded: PackedCache;
  /** The address of the model's ONNX file, and what a live text begins with. */
  model: string;
  prompt: readonly number[];
  unit: string;
}

/** Milliseconds that a token stays while the figure plays; for readers who asked for less motion, longer. */
const PACE = 220;
const CALM_PACE = 1200;

/**
 * The keys and values of a text, head by head, as they are added token by token, and what each token costs with and
 * without them. `measure` is for tests.
 */
export function cacheFigure(
  {config, recorded: packed, model, prompt, unit}: CacheFigureData,
  measure = measureInWorker
): HTMLElement & {dispose(): void} {
  const recorded = unpackCache(packed);
  const capacity = recorded.tokens.length;
  const costs = Array.from({length: capacity}, (_, i) => decodingCost(config, i + 1));
  let trace = recorded;
  let filled = Math.max(recorded.prompt, Math.round(capacity * 0.6));
  let isAnew = false;
  let seed = 1;

  const strip = tokenStrip({tokens: []}, {label: "The text so far", onSelect: (index) => show(index + 1)});
  const slider = rangeInput({
    label: `Position: ${unit}s read`,
    min: 1,
    max: capacity,
    step: 1,
    value: filled,
    format: (t) => `${t} of ${capacity}`
  });
  slider.addEventListener("input", () => {
    playback.pause();
    show(slider.value);
  });
  const back = button("Back", () => {
    playback.pause();
    show(filled - 1);
  });
  const next = button("Step", () => {
    playback.pause();
    show(filled + 1);
  });
  const playback = new Playback(
    () => {
      show(filled + 1);
      return filled < trace.tokens.length;
    },
    (isPlaying) => {
      setText(play, isPlaying ? "Pause" : "Play");
      reading.setAttribute("aria-live", isPlaying ? "off" : "polite"); // nobody can listen that fast
    },
    prefersStillness() ? CALM_PACE : PACE
  );
  const start = () => {
    if (filled >= trace.tokens.length) show(trace.prompt);
    playback.play();
  };
  const play = button("Play", () => (playback.isPlaying ? playback.pause() : start()), true);
  const group = uniqueId("reading");
  const modes = [
    {label: "with the cache", isAnew: false},
    {label: "without: all anew", isAnew: true}
  ].map((mode) => {
    const input =
      html`<input type="radio" name=${group} checked=${mode.isAnew === isAnew}>` as HTMLInputElement;
    input.addEventListener("change", () => {
      isAnew = mode.isAnew;
      draw();
    });
    return html`<label>${input} ${mode.label}</label>`;
  });

  const paint = cachePainter();
  const canvas = html`<canvas role="img"></canvas>` as HTMLCanvasElement;
  const frame =
    html`<div class="cache-frame" style=${`height: ${cacheHeight(recorded)}px`}>${canvas}</div>` as HTMLElement;
  const repaint = paintWhenSized(frame, canvas, (surface) =>
    paint(surface, canvas, {trace, filled: Math.min(filled, trace.tokens.length), capacity, isAnew})
  );
  const stats = statGrid([]);
  const chart = lineChart(costChart(costs, filled, unit), {height: 210});
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const source = html`<p class="figure-note"></p>`;
  const reset = button("Back to the recorded text", () => {
    trace = recorded;
    reset.hidden = true;
    show(capacity);
  });
  reset.hidden = true;

  const write = task("Write another, live", loadingModel(), async (tell, signal) => {
    playback.pause();
    const columns: Float32Array[] = [];
    const tokens: string[] = [];
    const {shape} = recorded;
    const request = {type: "write", model, prompt, length: capacity, seed} as const;
    seed += 1;
    await measure(
      request,
      (report) => {
        if (report.type === "loading") tell(loadingModel(report.loadedBytes, report.totalBytes));
        if (report.type !== "written") return;
        columns.push(report.column);
        tokens.push(report.text);
        tell({label: "Writing", done: tokens.length, total: capacity, unit: `${unit}s`});
        trace = {shape, tokens: [...tokens], prompt: prompt.length, levels: cacheLevels(shape, columns)};
        reset.hidden = false;
        show(tokens.length);
      },
      signal
    );
  });

  function show(t: number): void {
    filled = Math.max(1, Math.min(trace.tokens.length, t));
    slider.value = filled;
    draw();
  }

  function draw(): void {
    const {tokens, prompt: given} = trace;
    const {withCache, without} = costs[filled - 1]!;
    strip.update({tokens: tokens.slice(0, filled), selected: filled - 1});
    back.disabled = filled === 1;
    next.disabled = filled === tokens.length;
    const all = filled === 1 ? unit : `${unit}s`;
    stats.update([
      {label: "With the cache", value: formatCount(withCache), unit: `multiplications, for 1 ${unit}`},
      {label: "Without", value: formatCount(without), unit: `for ${formatCount(filled)} ${all}`},
      {label: "The cache holds", value: formatBytes(cacheBytes(config, filled))}
    ]);
    chart.update(costChart(costs, filled, unit));
    const token = tokenName(tokens[filled - 1]!);
    const wrote = filled <= given ? "was given" : "was written by the model";
    setText(
      reading,
      isAnew
        ? `${capital(unit)} ${filled}, ${token}, ${wrote}. Without a cache the keys and values of all ${filled} are computed again for it: everything is underlined.`
        : `${capital(unit)} ${filled}, ${token}, ${wrote}. It adds one column to every picture, underlined; the other ${filled - 1} are read where they lie.`
    );
    setText(
      source,
      trace === recorded
        ? `Recorded when this site was built: the shipped model’s own text after the first ${formatPlural(given, unit)}.`
        : "Written here, in this tab, just now."
    );
    canvas.setAttribute("aria-label", pictureName(trace, filled, unit));
    repaint();
  }

  draw();
  const node = html`<figure class="figure cache-figure">
    <p class="figure-title">The KV cache as it fills: every head’s keys and values of every ${unit}</p>
    <div class="cache-text">${strip}</div>
    <div class="cache-controls">${slider}<span class="button-group">${play}${back}${next}</span>
      <fieldset class="cache-modes"><legend class="visually-hidden">What is computed</legend>${modes}</fieldset></div>
    <div class="cache-columns">
      <div>${frame}
        <p class="swatch-row"><span><span class="swatch cache-key"></span> keys</span>
          <span><span class="swatch cache-value"></span> values</span>
          <span><span class="swatch cache-now"></span> computed for this ${unit}</span></p>
        <p class="figure-note">A row for each layer, and in it two pictures for each head. In a picture every ${unit} is a
          column, from left to right. The stronger the colour, the farther a number is from 0.</p></div>
      <div>${stats}${chart}</div>
    </div>
    ${reading}${source}
    <div class="task-row">${write.node}${reset}</div>
  </figure>` as HTMLElement;
  return Object.assign(node, {
    dispose() {
      playback.pause();
      write.dispose();
    }
  });
}

const pictureName = ({shape: {layers, heads}}: CacheTrace, filled: number, unit: string): string =>
  `Keys and values of ${formatPlural(filled, unit)} in ${formatPlural(layers, "layer")} of ${formatPlural(heads, "head")}`;
