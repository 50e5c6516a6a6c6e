import type {Prediction} from "../../book/predict.js";
import {formatPercent} from "../../views/format.js";
import {attentionSteps} from "./attentionSteps.js";
import type {Place} from "./clearestHead.js";
import {headMatrices, type LineTrace} from "./lineTrace.js";
import {nameToken} from "./moment.js";

/** Answers to choose from. */
const CHOICES = 4;

/** "Which token gets most?" for the row that a figure begins with: the answer and others that are seen as well. */
export function attentionPrediction(trace: LineTrace, {layer, head, query}: Place): Prediction {
  const matrices = headMatrices(trace, layer, head);
  const T = trace.tokens.length;
  const {weights, scaled} = attentionSteps(matrices);
  const row = weights.subarray(query * T, (query + 1) * T);
  const seen = Array.from(row, (_, key) => key).filter((key) => key <= query || !trace.model.causal);
  const strongest = seen.toSorted((a, b) => row[b]! - row[a]!);
  const [top, second] = strongest as [number, number?];
  // Itself, the one before and the first of all are what people think of; the rest is filled up by weight.
  const others = [...new Set([query, query - 1, 0, ...strongest])].filter((key) => key !== top && key >= 0);
  const shown = [top, ...others.slice(0, CHOICES - 1)].sort((a, b) => a - b);
  const name = (key: number) => nameToken(matrices, key);
  const score = (key: number) => scaled[query * T + key]!.toFixed(1).replace("-", "−");
  return {
    question: `Layer ${layer + 1}, head ${head + 1} reads “${trace.tokens.join("")}”. Which token gets the most of the attention of ${name(query)}?`,
    choices: shown.map((key) => (key === query ? `${name(key)}, itself` : name(key))),
    right: shown.indexOf(top),
    because: `It gets ${formatPercent(row[top]!)}${
      second === undefined
        ? ""
        : `; next comes ${name(second)} with ${formatPercent(row[second]!)}. Their scores after division are ${score(top)} and ${score(second)}, and the ratio of two weights is e to the difference of their scores`
    }. Nobody told the head to look there: it has learnt queries and keys that fit so. The figure above now shows the row.`
  };
}
