import type {ModelConfig} from "../../model/config.js";
import {parameterCount} from "../../model/parameters.js";
import {cacheBytes, flops} from "../../model/size.js";
import {decodingCost} from "./decodingCost.js";
import type {Device} from "./devices.js";

/** How a model is served. */
export interface Serving {
  config: ModelConfig;
  device: Device;
  /** Bits of a weight, and of a number in the cache. */
  weightBits: number;
  cacheBits: number;
  /** Tokens in every text, and texts that are written at once. */
  context: number;
  batch: number;
  /** How many devices; as few as hold everything, where it is not given. */
  devices?: number;
}

/** What that takes. Bytes, seconds; times are the least that the devices' published speeds allow. */
export interface ServingCost {
  parameters: number;
  /** Of all weights; and of those that a pass multiplies by: without tables of which it only looks up rows. */
  weights: number;
  weightsRead: number;
  /** Of one token, and of all texts. */
  cachePerToken: number;
  cache: number;
  /** Each holds its share of every matrix and cache (tensor parallelism). */
  devices: number;
  /** One more token for every text: reading all weights and caches once, and the arithmetic. */
  decode: Bound;
  /** Reading the texts themselves, all their tokens at once: no score behind the mask, the head for the last token only. */
  prefill: Bound;
}

export interface Bound {
  /** Seconds to move the bytes, and to do the arithmetic. */
  memory: number;
  arithmetic: number;
  /** The longer of the two. */
  seconds: number;
}

/** Counting goes through every layer by name, which is too slow for a slider. */
const counts = new WeakMap<ModelConfig, {all: number; multiplied: number}>();

function countOf(config: ModelConfig): {all: number; multiplied: number} {
  const kept = counts.get(config);
  if (kept) return kept;
  const {nEmbd: C, vocabSize: V, blockSize, tiedHead, position} = config;
  const all = parameterCount(config);
  const lookedUp = (tiedHead ? 0 : V * C) + (position === "learned" ? blockSize * C : 0);
  const count = {all, multiplied: all - lookedUp};
  counts.set(config, count);
  return count;
}

const bound = (memory: number, arithmetic: number): Bound => ({
  memory,
  arithmetic,
  seconds: Math.max(memory, arithmetic)
});

/**
 * The lower bounds: bytes over bandwidth and operations over peak, whichever takes longer (Williams et al. 2009; Pope et
 * al. 2022). Devices share the work evenly, and what they say to each other costs nothing here.
 */
export function servingCost(serving: Serving): ServingCost {
  const {config, device, weightBits, cacheBits, context, batch} = serving;
  const {all: parameters, multiplied} = countOf(config);
  const weights = (parameters * weightBits) / 8;
  const weightsRead = (multiplied * weightBits) / 8;
  const perToken = (cacheBytes(config, 1) / 32) * cacheBits;
  const cache = perToken * context * batch;
  const count = serving.devices ?? Math.max(1, Math.ceil((weights + cache) / device.memory));
  const [bandwidth, peak] = [device.bandwidth * count, device.peak * count];
  const oneToken = 2 * batch * decodingCost(config, context).withCache;
  const pass = flops(config, {batchSize: batch, tokens: context}).forward;
  const allTokens =
    pass.attentionLayers +
    pass.feedForward +
    (pass.attention * (context + 1)) / (2 * context) +
    pass.head / context;
  const moving = (weightsRead + cache) / bandwidth;
  return {
    parameters,
    weights,
    weightsRead,
    cachePerToken: perToken,
    cache,
    devices: count,
    decode: bound(moving, oneToken / peak),
    prefill: bound(moving, allTokens / peak)
  };
}
