import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {asFigure, type Figure, setText, uniqueId} from "../views/figure.js";
import {drawAtWidth} from "../views/watchWidth.js";
import type {ProfileRecord} from "./profileRecord.js";
import {kernelSentence, nameOf, rooflineReading} from "./profileWords.js";
import {type KernelRow, kernelRows} from "./roofline.js";
import type {plotRoofline} from "./rooflinePlot.js";

/** CSS pixels. */
const HEIGHT = 360;

/** The kernels of a step under the roof of their device, and one of them in words. The drawing's code comes later. */
export function rooflineFigure(record: ProfileRecord): Figure<ProfileRecord> {
  let current = record;
  let rows: KernelRow[] = [];
  let plot: typeof plotRoofline | null = null;
  const id = uniqueId("kernel");
  const frame = html`<div style=${`min-height: ${HEIGHT}px`}></div>` as HTMLElement;
  const reading = html`<p class="figure-reading"></p>`;
  const choice = html`<select id=${id}></select>` as HTMLSelectElement;
  const chosen = html`<p class="figure-reading" aria-live="polite"></p>`;
  const node = html`<figure class="figure roofline">
    <figcaption class="figure-title">The kernels under their roof</figcaption>
    ${frame}${reading}
    <div class="field"><label for=${id}>A kernel in words</label>${choice}</div>
    ${chosen}
  </figure>` as HTMLElement;

  function fill(next: ProfileRecord): void {
    current = next;
    rows = kernelRows(next);
    choice.replaceChildren(
      ...rows.map((row, i) => html`<option value=${i}>${row.mark ? `${row.mark}, ` : ""}${nameOf(row)}`)
    );
  }

  function draw(width: number): void {
    const row = rows[Number(choice.value)] ?? null;
    const summary = rooflineReading(current, rows);
    setText(reading, summary);
    setText(chosen, row ? kernelSentence(row) : "");
    const {attainable} = current;
    if (!attainable) frame.replaceChildren();
    else if (plot)
      frame.replaceChildren(plot({attainable, rows, chosen: row, summary, height: HEIGHT}, width));
  }

  fill(record);
  const redraw = drawAtWidth(frame, draw);
  choice.addEventListener("input", redraw);
  import("./rooflinePlot.js").then(
    (loaded) => {
      plot = loaded.plotRoofline;
      redraw();
    },
    (error: unknown) =>
      frame.replaceChildren(
        `The roofline could not be drawn (${messageOf(error)}). Reload the page to try again.`
      )
  );
  return asFigure(node, (next) => {
    fill(next);
    redraw();
  });
}
