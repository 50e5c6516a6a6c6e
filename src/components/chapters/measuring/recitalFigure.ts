import {html} from "htl";
import {LONG_COPY} from "../../evaluation/sampleReport.js";
import {setText} from "../../views/figure.js";
import {formatCount, formatFixed, formatPercent} from "../../views/format.js";
import {type LineChartData, lineChart} from "../../views/lineChart.js";
import {rangeInput} from "../../views/rangeInput.js";
import type {MeasuringPage} from "./measuringPage.js";
import type {Recited, Rung} from "./recital.js";

type Memory = MeasuringPage["memory"];

/** Tables of n-grams that learn a short text by heart: their losses there and on unseen text, and what they write. */
export function recitalFigure({rungs, counted}: Pick<Memory, "rungs" | "counted">): HTMLElement {
  const best = bestOrder(rungs);
  let order = best;
  const chart = lineChart(chartOf(rungs, counted, order), {height: 230});
  const text = html`<p class="recital-text"></p>`;
  const reading = html`<p class="figure-reading" role="status"></p>`;
  const slider = rangeInput({
    label: "Characters in each run counted, n",
    min: 1,
    max: rungs.length,
    step: 1,
    value: order,
    hint: `Counted on the first ${formatCount(counted)} characters of the training text.`
  });
  function show(): void {
    const {sample, train, heldOut} = rungs[order - 1]!;
    chart.update(chartOf(rungs, counted, order));
    text.replaceChildren(...piecesOf(sample));
    setText(
      reading,
      `n = ${order}${order === best ? ", the best of them on unseen text" : ""}: ${formatFixed(train / Math.LN2, 2)} bits a character on the text that was counted, ${formatFixed(heldOut / Math.LN2, 2)} on held-out text. Of what it writes, ${formatPercent(sample.share)} stands there word for word in stretches of ${LONG_COPY} characters and more, marked below; the longest has ${formatCount(sample.longest)}.`
    );
  }
  slider.addEventListener("input", () => {
    order = slider.value;
    show();
  });
  show();
  return html`<figure class="figure recital"><p class="figure-title">Learning by heart</p>
    ${slider}${chart}${reading}${text}</figure>` as HTMLElement;
}

/** Two texts whose copies are marked when the reader has guessed, or asks for it. */
export type CopiesFigure = HTMLElement & {reveal(): void};

/** What the model wrote, and as much of the held-out text. */
export function copiesFigure({
  sample,
  heldOut,
  searched
}: Pick<Memory, "sample" | "heldOut" | "searched">): CopiesFigure {
  const columns = [column("The model wrote", sample), column("The held-out text says", heldOut)];
  const note = html`<p class="figure-note" role="status">Which of it stands word for word in the ${formatCount(searched)} characters of the training text?</p>`;
  const button = html`<button type="button" class="button">Mark what is copied</button>`;
  const node = html`<figure class="figure recital-columns" aria-label="Copies from the training text">
    <div class="recital-ask">${button}${note}</div><div class="recital-pair">${columns.map(({node}) => node)}</div></figure>` as HTMLElement;
  function reveal(): void {
    for (const column of columns) column.reveal();
    setText(
      note,
      `Marked: what stands word for word in the ${formatCount(searched)} characters of the training text.`
    );
  }
  button.addEventListener("click", reveal);
  return Object.assign(node, {reveal});
}

function column(name: string, recited: Recited) {
  const text = html`<p class="recital-text">${recited.pieces.map(({text}) => text).join("")}</p>`;
  const reading = html`<p class="figure-reading"></p>`;
  return {
    node: html`<section><h3 class="figure-title">${name}</h3>${reading}${text}</section>`,
    reveal(): void {
      text.replaceChildren(...piecesOf(recited));
      setText(
        reading,
        `${formatPercent(recited.share)} in copies of ${LONG_COPY} characters and more; the longest has ${formatCount(recited.longest)}.`
      );
    }
  };
}

const piecesOf = ({pieces}: Recited): (Node | string)[] =>
  pieces.map(({text, copied}) => (copied ? html`<mark>${text}</mark>` : text));

/** The order with the lowest loss on held-out text. */
export function bestOrder(rungs: readonly Rung[]): number {
  return rungs.reduce((best, rung) => (rung.heldOut < best.heldOut ? rung : best)).order;
}

function chartOf(rungs: readonly Rung[], counted: number, order: number): LineChartData {
  const points = (of: "train" | "heldOut") => rungs.map((rung) => [rung.order, rung[of] / Math.LN2] as const);
  const most = Math.max(...rungs.map(({heldOut, train}) => Math.max(heldOut, train))) / Math.LN2;
  const {train, heldOut} = rungs[order - 1]!;
  const [trainColour, heldOutColour] = ["var(--query)", "var(--surprise)"];
  return {
    label: "Bits a character against n, on the text that was counted and on held-out text",
    x: {
      label: "n",
      min: 1,
      max: rungs.length,
      ticks: rungs.filter(({order}) => order % 2 === 0).map(({order}) => ({at: order, text: String(order)}))
    },
    y: {label: "bits a character", min: 0, max: most * 1.05},
    lines: [
      {name: "text that was counted", mark: "T", stroke: trainColour, points: points("train")},
      {name: "held-out text", mark: "H", stroke: heldOutColour, dash: "6 3", points: points("heldOut")}
    ],
    dots: [
      {x: order, y: train / Math.LN2, fill: trainColour},
      {x: order, y: heldOut / Math.LN2, fill: heldOutColour}
    ],
    reading: `T, the ${formatCount(counted)} characters that were counted; H, held-out text, lowest at n = ${bestOrder(rungs)}.`
  };
}
