import {html} from "htl";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatFixed, tokenName, visibleToken} from "../../views/format.js";
import {matrixTable} from "../../views/matrixTable.js";
import {choice} from "./choices.js";
import {type HiddenLayer, strongestTokens} from "./lineTrace.js";

export interface HiddenData {
  tokens: readonly string[];
  /** By block. */
  hidden: readonly HiddenLayer[];
  /** The token that other figures point at. */
  position: number;
}

/** The hidden units of a feed-forward layer that fire most on a line: units down, tokens across. */
export function hiddenFigure(
  data: HiddenData,
  {onPosition}: {onPosition?: (position: number) => void} = {}
): Figure<HiddenData> {
  let current = data;
  let row = 0;
  const block = choice(
    "Block",
    data.hidden.map((_, i) => ({value: String(i), label: String(i + 1)})),
    String(Math.min(1, data.hidden.length - 1))
  );
  const layer = () => current.hidden[Number(block.value)]!;
  const matrixData = () => {
    const {units, activations} = layer();
    return {
      title: `Hidden units of block ${Number(block.value) + 1} after the bend`,
      values: activations.flat(),
      columns: current.tokens.map(visibleToken),
      rows: units.map((unit) => `unit ${unit + 1}`),
      hue: "ink" as const,
      compact: true,
      lit: {row, column: current.position}
    };
  };
  const matrix = matrixTable(matrixData(), {
    onPoint: (cell) => {
      if (!cell || (cell.row === row && cell.column === current.position)) return;
      row = cell.row;
      current = {...current, position: cell.column};
      draw();
      onPosition?.(cell.column);
    }
  });
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const node = html`<figure class="figure hidden-figure">${block}${matrix}
    <p class="figure-note">The deeper the colour, the larger the number; hatched is below 0. Arrow keys move from cell to cell.</p>${reading}</figure>`;

  function draw(): void {
    matrix.update(matrixData());
    const {units, activations} = layer();
    const here = activations[row]!;
    const most = strongestTokens(here).map(
      (t) => `${quoteInContext(current.tokens, t)} ${formatFixed(here[t]!, 2)}`
    );
    setText(
      reading,
      `Block ${Number(block.value) + 1}, unit ${units[row]! + 1}: at token ${current.position + 1}, ${tokenName(current.tokens[current.position]!)}, ${formatFixed(here[current.position]!, 2)}. It fires most at the end of ${most.join(", ")}.`
    );
  }
  block.addEventListener("change", () => {
    row = 0;
    draw();
  });
  draw();
  return asFigure(node, (next: HiddenData) => {
    current = next;
    row = Math.min(row, layer().units.length - 1);
    draw();
  });
}

/** A token with up to six before it: “er said”. */
function quoteInContext(tokens: readonly string[], t: number): string {
  return `“${tokens
    .slice(Math.max(0, t - 6), t + 1)
    .map(visibleToken)
    .join("")}”`;
}
