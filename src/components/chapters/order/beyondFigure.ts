import {html} from "htl";
import {formatFixed} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {POSITION_KINDS, type PositionKind} from "./positionKinds.js";
import {edgeAndEnd, type PositionRecording} from "./recording.js";

/** Loss by place in the window, to beyond the length that the models were trained on. */
export function beyondFigure(recording: PositionRecording): HTMLElement {
  const {trainedLength, bucket, runs, longSteps, windows} = recording;
  const hidden = new Set<PositionKind>();
  const last = Math.max(...POSITION_KINDS.map(({kind}) => runs[kind].byPosition.length)) * bucket;
  const middle = (i: number) => i * bucket + (bucket - 1) / 2;
  const chartData = () => {
    const shown = POSITION_KINDS.filter(({kind}) => !hidden.has(kind));
    return {
      label: "Loss by position in the window",
      x: {label: "position in the window", min: 0, max: last},
      y: {
        label: "loss, nats a character",
        min: 0,
        max: Math.ceil(2 * Math.max(1, ...shown.flatMap(({kind}) => runs[kind].byPosition))) / 2
      },
      lines: shown.map(({kind, name, mark, stroke, dash}) => ({
        name,
        mark,
        stroke,
        dash,
        points: runs[kind].byPosition.map((loss, i) => [middle(i), loss] as const)
      })),
      rules: [{x: trainedLength, label: `trained to ${trainedLength}`}],
      reading: `At positions ${trainedLength - bucket}–${trainedLength - 1}, then at ${last - bucket}–${last - 1}: ${shown
        .map(({kind, name, mark}) => {
          const {edge, end} = edgeAndEnd(recording, kind);
          return `${name} (${mark}) ${formatFixed(edge, 2)}, then ${end === null ? "no row" : formatFixed(end, 2)}`;
        })
        .join("; ")}.`
    };
  };
  const chart = lineChart(chartData(), {height: 300});
  const boxes = POSITION_KINDS.map(({kind, name, mark}) => {
    const box = html`<input type="checkbox" checked>` as HTMLInputElement;
    box.addEventListener("change", () => {
      if (box.checked) hidden.delete(kind);
      else hidden.add(kind);
      chart.update(chartData());
    });
    return {box, label: html`<label>${box} ${name} (${mark})</label>`};
  });
  const reset = html`<button type="button" class="button">Show all</button>`;
  reset.addEventListener("click", () => {
    hidden.clear();
    for (const {box} of boxes) box.checked = true;
    chart.update(chartData());
  });
  const buckets = Array.from({length: last / bucket}, (_, i) => i);
  return html`<figure class="figure" aria-label="Loss beyond the trained length">
    <p class="figure-title">Recorded: the five models after ${longSteps.toLocaleString("en")} steps, on ${windows} windows of ${last} characters</p>
    ${chart}
    <div class="order-controls">${boxes.map(({label}) => label)}${reset}</div>
    <details class="figure-table order-wide-table"><summary>The losses as a table</summary><div class="scroll"><table>
      <thead><tr><th scope="col">Positions</th>${POSITION_KINDS.map(({name}) => html`<th scope="col">${name}</th>`)}</tr></thead>
      <tbody>${buckets.map(
        (i) =>
          html`<tr><th scope="row">${i * bucket}–${(i + 1) * bucket - 1}</th>${POSITION_KINDS.map(
            ({kind}) => {
              const loss = runs[kind].byPosition[i];
              return html`<td class="number">${loss === undefined ? "–" : formatFixed(loss, 2)}</td>`;
            }
          )}</tr>`
      )}</tbody></table></div></details>
  </figure>` as HTMLElement;
}
