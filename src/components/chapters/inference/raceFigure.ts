import {html} from "htl";
import {button} from "../../views/buttons.js";
import {setText} from "../../views/figure.js";
import {formatFixed, formatRate} from "../../views/format.js";
import {type LineChartData, lineChart} from "../../views/lineChart.js";
import {loadingModel} from "../../views/progressBar.js";
import {statGrid} from "../../views/statGrid.js";
import {measure as measureInWorker} from "./client.js";
import type {RacedToken} from "./protocol.js";
import {task} from "./task.js";
import {smoothed} from "./times.js";

type Times = Omit<RacedToken, "text">;

export interface RaceData {
  recorded: readonly Times[];
  /** Where those were taken. */
  machine: string;
  /** The address of the model's ONNX file, what the text begins with, and how long it becomes. */
  model: string;
  prompt: readonly number[];
  length: number;
  unit: string;
}

/** The time of every token of a text, with the cache and by reading all anew, taken in turn. `measure` is for tests. */
export function raceFigure(
  {recorded, machine, model, prompt, length, unit}: RaceData,
  measure = measureInWorker
): HTMLElement & {dispose(): void} {
  let times = recorded;
  const stats = statGrid([]);
  const chart = lineChart(raceChart(times, length, unit), {height: 240});
  const text = html`<p class="race-text"></p>`;
  const source = html`<p class="figure-note" role="status"></p>`;
  const again = button("Back to the recorded times", () => {
    times = recorded;
    setText(text, "");
    draw();
  });

  const race = task("Time it here", loadingModel(), async (tell, signal) => {
    const live: Times[] = [];
    let written = "";
    let shown = 0;
    const show = () => {
      times = [...live];
      setText(text, written);
      draw();
    };
    await measure(
      {type: "race", model, prompt, length},
      (report) => {
        if (report.type === "loading") tell(loadingModel(report.loadedBytes, report.totalBytes));
        if (report.type !== "raced") return;
        const {text: added, ...token} = report.token;
        live.push(token);
        written += added;
        tell({
          label: "Writing, each token in both ways",
          done: live.length,
          total: length - prompt.length + 1,
          unit: `${unit}s`
        });
        // A drawing for every token would take time from what is being timed.
        if (performance.now() - shown < 250) return;
        shown = performance.now();
        show();
      },
      signal
    );
    if (live.length > 0) show();
  });

  function draw(): void {
    const isRecorded = times === recorded;
    const sum = (way: "withCache" | "without") => times.reduce((all, time) => all + time[way], 0);
    const [kept, anew] = [sum("withCache"), sum("without")];
    const rate = (ms: number) => formatRate((1000 * times.length) / ms, `${unit}s`);
    const last = times.at(-1);
    stats.update([
      {label: "With the cache", value: rate(kept)},
      {label: "All anew", value: rate(anew)},
      {label: "Quicker, all in all", value: `${formatFixed(anew / kept, 1)} times`},
      {
        label: "Scores differ by at most",
        value: times.reduce((most, {difference}) => Math.max(most, difference), 0).toExponential(1)
      }
    ]);
    chart.update(raceChart(times, length, unit));
    again.hidden = isRecorded;
    setText(
      source,
      isRecorded ? `Recorded: ${machine}.` : `Timed here, in this tab, up to ${unit} ${last?.t ?? 0}.`
    );
  }
  draw();
  const node = html`<figure class="figure race">
    <p class="figure-title">Milliseconds for each ${unit}, by its place in the text</p>
    ${stats}${chart}${text}
    <div class="task-row">${race.node}${again}</div>${source}
  </figure>` as HTMLElement;
  return Object.assign(node, {dispose: () => race.dispose()});
}

/** Both times against the place in the text. */
export function raceChart(times: readonly Times[], length: number, unit: string): LineChartData {
  const curve = (way: "withCache" | "without") => {
    const smooth = smoothed(times.map((time) => time[way]));
    return times.map(({t}, i) => [t, smooth[i]!] as const);
  };
  const [kept, anew] = [curve("withCache"), curve("without")];
  const most = Math.max(1, ...anew.map(([, ms]) => ms), ...kept.map(([, ms]) => ms));
  const [first, last] = [anew[0], anew.at(-1)];
  const lastKept = kept.at(-1);
  return {
    label: `Milliseconds for each ${unit}, with the cache and all anew`,
    x: {label: `${unit}s read`, min: 0, max: length},
    y: {label: `ms for this ${unit}`, min: 0, max: 1.05 * most},
    lines: [
      {name: "all anew", mark: "all", stroke: "var(--surprise)", points: anew},
      {name: "with the cache", mark: "KV", stroke: "var(--query)", points: kept}
    ],
    reading:
      first && last && lastKept && last !== first
        ? `Reading all anew (all) went from ${formatFixed(first[1], 1)} to ${formatFixed(last[1], 1)} ms; with the cache (KV) ${unit} ${last[0]} took ${formatFixed(lastKept[1], 1)} ms. Each point is the median of up to nine ${unit}s around it.`
        : "Nothing has been timed yet."
  };
}
