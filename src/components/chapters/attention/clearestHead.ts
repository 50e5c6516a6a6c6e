import {attentionSteps} from "./attentionSteps.js";
import {headMatrices, type LineTrace} from "./lineTrace.js";

/** Where a figure begins: a head, and a pair of tokens in it. Counted from 0. */
export interface Place {
  layer: number;
  head: number;
  query: number;
  key: number;
}

/**
 * How much a head's choices say, in nats a query: Σ w(q, k) · ln(w(q, k) / w̄(k)) / T over earlier keys k, where w̄(k) is
 * the mean of the queries that may see k. That is the part of the mutual information between who looks and who is
 * looked at which looking back brings. A head that always looks at itself, at the same token or at everything has
 * little of it.
 */
export function choosiness(weights: Float64Array, T: number, causal: boolean): number {
  let nats = 0;
  for (let key = 0; key < T; key++) {
    const first = causal ? key : 0;
    let mean = 0;
    for (let query = first; query < T; query++) mean += weights[query * T + key]! / (T - first);
    for (let query = key + 1; query < T; query++) {
      const w = weights[query * T + key]!;
      if (w > 0) nats += (w * Math.log(w / mean)) / T;
    }
  }
  return nats;
}

/** The head of a line that has most of it, and how much. */
export function clearestHead(trace: LineTrace): {layer: number; head: number; nats: number} {
  let best = {layer: 0, head: 0, nats: Number.NEGATIVE_INFINITY};
  for (let layer = 0; layer < trace.model.nLayer; layer++)
    for (let head = 0; head < trace.model.nHead; head++) {
      const {weights} = attentionSteps(headMatrices(trace, layer, head));
      const nats = choosiness(weights, trace.tokens.length, trace.model.causal);
      if (nats > best.nats) best = {layer, head, nats};
    }
  return best;
}

/**
 * The query of a head that looks back most decidedly, and where to: the largest weight on an earlier key, among
 * queries that have at least `choices` tokens to choose from, so that the answer is no matter of course.
 */
export function clearestPair(
  weights: Float64Array,
  T: number,
  choices = Math.min(5, T)
): {query: number; key: number} {
  let best = {query: T - 1, key: 0, weight: Number.NEGATIVE_INFINITY};
  for (let query = choices - 1; query < T; query++)
    for (let key = 0; key < query; key++) {
      const weight = weights[query * T + key]!;
      if (weight > best.weight && weight >= largest(weights, T, query)) best = {query, key, weight};
    }
  return {query: best.query, key: best.key};
}

const largest = (weights: Float64Array, T: number, query: number): number =>
  weights.subarray(query * T, (query + 1) * T).reduce((most, w) => Math.max(most, w), 0);
