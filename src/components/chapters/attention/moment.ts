import {formatFixed, tokenName, visibleToken} from "../../views/format.js";
import type {AttentionSteps} from "./attentionSteps.js";
import type {HeadMatrices} from "./lineTrace.js";

/** What the stepper shows: one head of one line, and the query, key and number of a vector that are pointed at. */
export interface Moment {
  head: HeadMatrices;
  steps: AttentionSteps;
  /** Counted from 0, as all of these. */
  query: number;
  key: number;
  /** Which of the D numbers of a query, key or value. */
  dimension: number;
}

/** What is pointed at anew. */
export type Pointed = Partial<Pick<Moment, "query" | "key" | "dimension">>;

/** Longer tokens are cut in the names of rows and columns. */
const LONGEST_LABEL = 6;

export const labels = ({tokens}: HeadMatrices): string[] =>
  tokens.map((token) => {
    const text = visibleToken(token);
    return text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1)}…` : text;
  });

/** "token 7 (‘v’)" */
export const nameToken = ({tokens}: HeadMatrices, i: number): string =>
  `token ${i + 1} (${tokenName(tokens[i]!)})`;

/** Whether the mask hides the key from the query. */
export const hidden = ({head, query, key}: Moment): boolean => head.model.causal && key > query;

/** The cell [query, key] of a [T, T] matrix. */
export const at = ({head, query, key}: Moment, matrix: ArrayLike<number>): number =>
  matrix[query * head.tokens.length + key]!;

/** "0.31 + 1.20 − 0.05": `most` terms at the most, then how many more. */
export function writtenSum(terms: readonly number[], most = 3, decimals = 2): string {
  const shown = terms.slice(0, most).map((x, i) => {
    const text = formatFixed(Math.abs(x), decimals);
    const minus = formatFixed(x, decimals).startsWith("−");
    if (i === 0) return minus ? `−${text}` : text;
    return `${minus ? "−" : "+"} ${text}`;
  });
  return shown.join(" ") + (terms.length > most ? " + …" : "");
}
