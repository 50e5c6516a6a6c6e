import {html, svg} from "htl";
import {button} from "../../views/buttons.js";
import {setText} from "../../views/figure.js";
import {formatCount, formatFixed} from "../../views/format.js";
import {plainTable} from "../../views/plainTable.js";
import {loadingModel} from "../../views/progressBar.js";
import {measure as measureInWorker} from "./client.js";
import type {ReadWindow} from "./protocol.js";
import {task} from "./task.js";
import {READINGS} from "./timeWindows.js";
import {windowLengths} from "./windowLengths.js";

export interface WindowsData {
  recorded: readonly ReadWindow[];
  machine: string;
  model: string;
  /** A text that the model has not learnt from, as long as the longest window. */
  ids: readonly number[];
  unit: string;
}

/** All places of a window in one pass, as in training, against one pass for each, as in writing. `measure` is for tests. */
export function windowsFigure(
  {recorded, machine, model, ids, unit}: WindowsData,
  measure = measureInWorker
): HTMLElement & {dispose(): void} {
  const lengths = windowLengths(ids.length);
  let windows = recorded;
  const table = plainTable({caption: "", columns: [], rows: []});
  const reading = html`<p class="figure-reading"></p>`;
  const source = html`<p class="figure-note" role="status"></p>`;
  const again = button("Back to the recorded times", () => {
    windows = recorded;
    draw();
  });
  const timing = task("Time it here", loadingModel(), async (tell, signal) => {
    const live: ReadWindow[] = [];
    await measure(
      {type: "windows", model, ids, lengths},
      (report) => {
        if (report.type === "loading") tell(loadingModel(report.loadedBytes, report.totalBytes));
        if (report.type !== "read") return;
        live.push(report.window);
        windows = [...live];
        tell({label: "Reading in both ways", done: live.length, total: lengths.length, unit: "windows"});
        draw();
      },
      signal
    );
  });

  function draw(): void {
    const rate = (T: number, ms: number) => formatCount(Number(((1000 * T) / ms).toPrecision(3)));
    table.update({
      caption: "The same window, read in two ways",
      columns: [`T, ${unit}s`, "One pass", "T passes", "Times as long"],
      rows: windows.map(({T, atOnce, oneByOne}) => [
        formatCount(T),
        `${formatFixed(atOnce, 1)} ms`,
        `${formatFixed(oneByOne, 1)} ms`,
        formatFixed(oneByOne / atOnce, 1)
      ])
    });
    const last = windows.at(-1);
    setText(
      reading,
      last
        ? `Each time is the quickest of ${READINGS}. A window of ${formatCount(last.T)} went at ${rate(last.T, last.atOnce)} ${unit}s a second at once and at ${rate(last.T, last.oneByOne)} one by one, with the same multiplications by weights.`
        : "Nothing has been timed yet."
    );
    again.hidden = windows === recorded;
    setText(source, windows === recorded ? `Recorded: ${machine}.` : "Timed here, in this tab.");
  }
  draw();
  const node = html`<figure class="figure windows">
    <p class="figure-title">Training asks all places at once; writing asks one after the other</p>
    ${passesPicture()}
    <p class="swatch-row"><span><span class="swatch pass-now"></span> computed in this pass</span> <span><span class="swatch pass-kept"></span> read from the cache</span></p>
    ${table}${reading}
    <div class="task-row">${timing.node}${again}</div>${source}
  </figure>` as HTMLElement;
  return Object.assign(node, {dispose: () => timing.dispose()});
}

/** Places of the pictured window. */
const PICTURED = 12;
const CELL = 14;

/** One row of places for each pass: filled is computed in it, pale is read from the cache. */
function passesPicture(): Element {
  const picture = (label: string, passes: number, kind: (pass: number, place: number) => string) => {
    const [width, height] = [PICTURED * CELL, passes * CELL];
    const cells = Array.from({length: passes * PICTURED}, (_, i) => {
      const [pass, place] = [Math.floor(i / PICTURED), i % PICTURED];
      return svg`<rect class=${`pass-${kind(pass, place)}`} x=${place * CELL + 1} y=${pass * CELL + 1} width=${CELL - 2} height=${CELL - 2}></rect>`;
    });
    return html`<div><p>${label}</p>${svg`<svg width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img" aria-label=${label}>${cells}</svg>`}</div>`;
  };
  const kindOf = (pass: number, place: number) => (place === pass ? "now" : place < pass ? "kept" : "open");
  return html`<div class="passes">
    ${picture(`One pass: all ${PICTURED} places at once`, 1, () => "now")}
    ${picture(`${PICTURED} passes: one place each, those before from the cache`, PICTURED, kindOf)}
  </div>`;
}
