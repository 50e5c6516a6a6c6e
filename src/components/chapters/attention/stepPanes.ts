import {html} from "htl";
import {asFigure, type Figure} from "../../views/figure.js";
import {type MatrixData, matrixTable} from "../../views/matrixTable.js";
import {labels, type Moment, type Pointed} from "./moment.js";
import {mixed, products} from "./stepSentences.js";

/** The matrices of one step. */
export type Pane = (onPoint: (pointed: Pointed | null) => void) => Figure<Moment>;

interface Part {
  /** Sets widths and the colour of marks: see attention.css. */
  className?: string;
  data: (moment: Moment) => MatrixData;
  /** What a cell is about. */
  point?: (row: number, column: number) => Pointed;
}

function pane(...parts: Part[]): Pane {
  return (onPoint) => {
    let matrices: Figure<MatrixData>[] | null = null;
    const node = html`<div class="step-pane"></div>`;
    return asFigure(node, (moment: Moment) => {
      if (matrices) {
        matrices.forEach((matrix, i) => {
          matrix.update(parts[i]!.data(moment));
          scrollToLit(matrix);
        });
        return;
      }
      matrices = parts.map(({data, point}) =>
        matrixTable(data(moment), {
          onPoint: (cell) => {
            if (point) onPoint(cell && point(cell.row, cell.column));
          }
        })
      );
      node.replaceChildren(
        ...matrices.map((matrix, i) => html`<div class=${parts[i]!.className ?? ""}>${matrix}</div>`)
      );
      matrices.forEach(scrollToLit);
    });
  };
}

/** Brings the marked column into view where a matrix is wider than the screen. */
function scrollToLit(matrix: HTMLElement): void {
  const box = matrix.querySelector<HTMLElement>(".scroll");
  const name = matrix.querySelector<HTMLElement>("thead th.lit");
  if (!box || !name || box.scrollWidth <= box.clientWidth) return;
  const names = matrix.querySelector<HTMLElement>("tbody th")?.offsetWidth ?? 0;
  const [left, right] = [name.offsetLeft, name.offsetLeft + name.offsetWidth];
  if (left - names < box.scrollLeft || right > box.scrollLeft + box.clientWidth)
    box.scrollLeft = left - (box.clientWidth + names) / 2;
}

const numbers = (count: number): string[] => Array.from({length: count}, (_, i) => String(i + 1));

/** Digits of a number that is only in a small square's title. */
const FINE = 3;

const input: Part = {
  className: "step-input",
  data: ({head, query}) => ({
    title: `What the layer reads, x [${head.tokens.length} × ${head.model.nEmbd}]`,
    values: head.input,
    rows: labels(head),
    columns: numbers(head.model.nEmbd),
    hue: "ink",
    // A few numbers are far larger than the others, which would all be pale beside them.
    scale: 2.5 * rootMeanSquare(head.input),
    compact: true,
    decimals: FINE,
    lit: {row: query}
  }),
  point: (query) => ({query})
};

const rootMeanSquare = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);

/** Queries, keys, values or outputs: T rows of D numbers. */
function vectors(
  title: string,
  hue: "query" | "key" | "value",
  values: (moment: Moment) => ArrayLike<number>,
  asks: boolean
): Part {
  return {
    className: asks ? "step-vectors" : "step-vectors by-key",
    data: (moment) => ({
      title: `${title} [${moment.head.tokens.length} × ${moment.head.headWidth}]`,
      values: values(moment),
      rows: labels(moment.head),
      columns: numbers(moment.head.headWidth),
      hue,
      compact: true,
      decimals: FINE,
      lit: {row: asks ? moment.query : moment.key, column: moment.dimension}
    }),
    point: (row, dimension) => (asks ? {query: row, dimension} : {key: row, dimension})
  };
}

const queries = vectors("Queries, q", "query", ({head}) => head.q, true);
const keys = vectors("Keys, k", "key", ({head}) => head.k, false);
const values = vectors("Values, v", "value", ({head}) => head.v, false);
const outputs = vectors("Output, weights·v", "value", ({steps}) => steps.output, true);

/** A score or weight for every pair: the query's row, the key's column. */
function pairs(title: string, matrix: "products" | "scaled" | "masked" | "weights", decimals: number): Part {
  return {
    className: "step-pairs",
    data: ({head, steps, query, key}) => ({
      title: `${title} [${head.tokens.length} × ${head.tokens.length}]`,
      values: matrix === "weights" ? seen(steps.weights, steps.masked) : steps[matrix],
      rows: labels(head),
      columns: labels(head),
      decimals,
      lit: {row: query, column: key},
      ...(matrix === "weights" ? {hue: "probability", scale: 1} : {hue: "ink"})
    }),
    point: (query, key) => ({query, key})
  };
}

/** Weights with NaN where the mask has left none. */
const seen = (weights: Float64Array, masked: Float64Array): Float64Array =>
  weights.map((w, i) => (Number.isNaN(masked[i]!) ? Number.NaN : w));

const product: Part = {
  className: "step-sum step-products",
  data: (moment) => {
    const {head, query, key, dimension} = moment;
    const {q, k, headWidth: D} = head;
    const row = (matrix: Float32Array, i: number) => [...matrix.subarray(i * D, (i + 1) * D)];
    return {
      title: `One query, one key, and their ${D} products`,
      values: [...row(q, query), ...row(k, key), ...products(moment)],
      rows: [`q of ${labels(head)[query]}`, `k of ${labels(head)[key]}`, "q × k"],
      columns: numbers(D),
      hue: "ink",
      rowHues: ["query", "key", "ink"],
      lit: {column: dimension}
    };
  },
  point: (_, dimension) => ({dimension})
};

const softmax: Part = {
  className: "step-sum",
  data: ({head, steps, query, key}) => {
    const T = head.tokens.length;
    const row = (matrix: Float64Array) => [...matrix.subarray(query * T, (query + 1) * T)];
    const weights = seen(steps.weights, steps.masked);
    return {
      title: `The row of ${labels(head)[query]}: from scores to shares`,
      values: [...row(steps.masked), ...row(steps.exponentials), ...row(weights)],
      rows: ["score", "e^(score − largest)", "weight"],
      columns: labels(head),
      hue: "ink",
      rowHues: ["ink", "probability", "probability"],
      lit: {column: key}
    };
  },
  point: (_, key) => ({key})
};

const mixture: Part = {
  className: "step-sum",
  data: (moment) => {
    const {head, steps, query, key, dimension} = moment;
    const {v, headWidth: D, tokens} = head;
    const T = tokens.length;
    return {
      title: `Number ${dimension + 1} of the output of ${labels(head)[query]}`,
      values: [
        ...steps.weights.subarray(query * T, (query + 1) * T),
        ...tokens.map((_, j) => v[j * D + dimension]!),
        ...mixed(moment)
      ],
      rows: ["weight", `v, number ${dimension + 1}`, "weight × v"],
      columns: labels(head),
      hue: "ink",
      rowHues: ["probability", "value", "value"],
      lit: {column: key}
    };
  },
  point: (_, key) => ({key})
};

/** The steps' matrices, in order. */
export const stepPanes = {
  input: pane(input),
  project: pane(queries, keys, values),
  product: pane(product, queries, keys),
  scores: pane(pairs("Scores, q·kᵀ", "products", 1)),
  scale: pane(pairs("Scaled scores, q·kᵀ/√D", "scaled", 2)),
  mask: pane(pairs("Masked scores", "masked", 2)),
  softmax: pane(softmax, pairs("Weights, softmax of each row", "weights", 2)),
  mix: pane(mixture, values, outputs)
};
