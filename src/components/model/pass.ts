import type * as tf from "@tensorflow/tfjs-core";
import {add} from "../ops/add.js";
import {type Dropout, dropout} from "../ops/dropout.js";
import {layerNorm} from "../ops/layerNorm.js";
import {type Epilogue, linear} from "../ops/linear.js";
import {rmsNorm} from "../ops/rmsNorm.js";
import type {ModelConfig} from "./config.js";
import type {KeyValueCache} from "./keyValueCache.js";
import type {StaticCache} from "./staticCache.js";

/** Parameters by name, as tensors. */
export type Parameters = Readonly<Record<string, tf.Tensor>>;

/**
 * Receives every intermediate by name, as it is made: "embedding", "transformer.h.0.attn.weights", … What it returns,
 * if anything, takes the place of the value in the rest of the pass.
 */
export type Tap = (name: string, value: tf.Tensor) => tf.Tensor | undefined;

/** One forward pass: the model, and what is asked of this pass besides logits. */
export interface Pass {
  config: ModelConfig;
  parameters: Parameters;
  /** [B, T], 1 where a place holds padding, which no other may attend to. */
  padding?: tf.Tensor;
  /** Training only. */
  dropout?: Dropout;
  /**
   * Training only, for a transformer: whether each block keeps just its input for the backward pass, which computes
   * the block again. What `tap` hears of a block is then freed at the block's end, and heard again.
   */
  checkpointing?: boolean;
  /** Holds the keys and values of the tokens before these, and takes those of these. */
  cache?: KeyValueCache;
  /** The same with tensors of a fixed size, and where these tokens stand in one, [T] int32; see `cachedAttention`. */
  context?: {cache: StaticCache; positions: tf.Tensor};
  tap?: Tap;
}

/** Reports an intermediate to whoever listens, and passes it, or what took its place, on. */
export function tapped(pass: Pass, name: string, value: tf.Tensor): tf.Tensor {
  return pass.tap?.(name, value) ?? value;
}

/** The linear layer of that name, with its bias if it has one, and what follows it: [.., I] → [.., O]. */
export function project(
  {config, parameters}: Pass,
  name: string,
  x: tf.Tensor,
  epilogue: Epilogue = {}
): tf.Tensor {
  const bias = config.bias ? get(parameters, `${name}.bias`) : null;
  return linear(x, get(parameters, `${name}.weight`), bias, epilogue);
}

/**
 * The end of a layer: the linear layer of that name, dropout while training (`site` as for `drop`), and the sum with
 * what passes the layer by, if anything does. x [.., I], beside [.., O] → [.., O].
 */
export function projectOut(
  pass: Pass,
  name: string,
  site: number,
  x: tf.Tensor,
  beside?: tf.Tensor
): tf.Tensor {
  if (!pass.dropout?.residual) return project(pass, name, x, {residual: beside});
  const y = drop(pass, "residual", site, project(pass, name, x));
  return beside ? add(beside, y) : y;
}

/** The norm of that name, as configured: [.., C] → [.., C]. */
export function normalise({config, parameters}: Pass, name: string, x: tf.Tensor): tf.Tensor {
  switch (config.norm) {
    case "layerNorm":
      return layerNorm(
        x,
        get(parameters, `${name}.weight`),
        config.bias ? get(parameters, `${name}.bias`) : null
      );
    case "rmsNorm":
      return rmsNorm(x, get(parameters, `${name}.weight`));
    case "none":
      return x;
  }
}

/** Dropout at the end of a layer, while training; `site` numbers the places of the model where elements drop. */
export function drop({dropout: settings}: Pass, kind: "embedding" | "residual", site: number, x: tf.Tensor) {
  const rate = settings?.[kind] ?? 0;
  return rate > 0 ? dropout(x, {...settings!, rate, site}) : x;
}

export function get(parameters: Parameters, name: string): tf.Tensor {
  const tensor = parameters[name];
  if (!tensor) throw new Error(`The model needs a parameter named ${name}, and there is none.`);
  return tensor;
}
