import {html} from "htl";
import {formatBytes, formatCount, formatFixed} from "../views/format.js";
import {type LineChartData, lineChart} from "../views/lineChart.js";
import {plainTable} from "../views/plainTable.js";
import type {PrecisionRecord, PrecisionRun} from "./precisionRecord.js";

/** Steps whose losses a point of a curve averages. */
const WINDOW = 10;

/** Two precisions and what they cost: the curves of one run in each, and a table. */
export function precisionFigure(record: PrecisionRecord): HTMLElement {
  const {runs, preset, adapter, corpus} = record;
  const table = plainTable({
    caption: `${preset} on ${corpus}, ${formatCount(runs[0]!.losses.length)} steps; ${adapter}`,
    columns: ["Precision", "Memory on the device", "Updates left out", "Loss scale at the end"],
    rows: runs.map(({precision, gpuBytes, skipped, lossScale}) => [
      names[precision],
      formatBytes(gpuBytes),
      formatCount(skipped),
      lossScale === null ? "–" : formatCount(lossScale)
    ])
  });
  return html`<figure class="figure" aria-label="One run in float32 and in mixed precision">
    <figcaption class="figure-title">The same run in 32 and in 16 bits</figcaption>
    ${lineChart(precisionChart(record), {height: 260})}${table}
  </figure>` as HTMLElement;
}

const names: Record<PrecisionRun["precision"], string> = {float32: "float32", mixed: "mixed"};

/** The curves as a chart takes them, with how far they are apart in words. */
export function precisionChart({runs}: PrecisionRecord): LineChartData {
  const styles = {float32: {stroke: "var(--value)", width: 4}, mixed: {stroke: "var(--key)", dash: "7 3"}};
  const lines = runs.map(({precision, losses}) => ({
    name: names[precision],
    mark: precision === "mixed" ? "16" : "32",
    points: averaged(losses),
    ...styles[precision]
  }));
  const values = lines.flatMap(({points}) => points.map(([, loss]) => loss));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const [first, second] = lines;
  const apart = first && second ? largestDistance(first.points, second.points) : 0;
  const steps = runs[0]!.losses.length;
  return {
    label: `Training loss of ${lines.map(({name}) => name).join(" and ")} over ${formatCount(steps)} steps`,
    x: {label: "step", min: 0, max: steps},
    // Room below, so that the marks at the ends keep clear of the axis.
    y: {label: "loss, nats", min: least - (most - least) / 10, max: most},
    lines,
    reading: `Each point is the mean of ${WINDOW} steps. The curves end at ${lines
      .map(({name, points}) => `${formatFixed(points.at(-1)![1], 3)} (${name})`)
      .join(" and ")}, and are ${formatFixed(apart, 5)} nats apart where they differ most.`
  };
}

function averaged(losses: readonly number[]): [step: number, loss: number][] {
  const window = Math.min(WINDOW, losses.length);
  return Array.from({length: Math.floor(losses.length / window)}, (_, i) => {
    const part = losses.slice(i * window, (i + 1) * window);
    return [(i + 0.5) * window, part.reduce((sum, loss) => sum + loss, 0) / window];
  });
}

const largestDistance = (
  a: readonly (readonly [number, number])[],
  b: readonly (readonly [number, number])[]
): number => Math.max(...a.map(([, loss], i) => Math.abs(loss - (b[i]?.[1] ?? loss))));
