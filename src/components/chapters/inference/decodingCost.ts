import type {ModelConfig} from "../../model/config.js";
import {flops} from "../../model/size.js";

/** Multiplications of the matrix products that lead to the scores of one more token, the t-th of a text. */
export interface DecodingCost {
  /** With the keys and values of the tokens before: one token is computed, which attends to t. */
  withCache: number;
  /** Without: all t tokens are computed, as `flops` counts a pass over them. */
  without: number;
}

/** What token number t, counted from 1, costs; half of the operations that `flops` counts, of which the others are additions. */
export function decodingCost(config: ModelConfig, t: number): DecodingCost {
  const one = flops(config, {batchSize: 1, tokens: 1}).forward;
  return {
    withCache: (one.total + (t - 1) * one.attention) / 2,
    without: flops(config, {batchSize: 1, tokens: t}).forward.total / 2
  };
}

/** What the tokens from number `first` to number `last` cost together, one after the other. */
export function writingCost(config: ModelConfig, first: number, last: number): DecodingCost {
  const sum = {withCache: 0, without: 0};
  for (let t = first; t <= last; t++) {
    const {withCache, without} = decodingCost(config, t);
    sum.withCache += withCache;
    sum.without += without;
  }
  return sum;
}
