import * as tf from "@tensorflow/tfjs-core";
import {addRowsAt} from "../ops/addRowsAt.js";
import {addRows} from "../ops/embedding.js";
import {rotary} from "../ops/rotary.js";
import {scale} from "../ops/scale.js";
import {get, type Pass} from "./pass.js";
import {sinusoids} from "./positionTables.js";

/**
 * What is added to the token vectors so that they say where they stand: x [B, T, C] → [B, T, C].
 * The other kinds of position act inside attention.
 */
export function addPositions(pass: Pass, x: tf.Tensor): tf.Tensor {
  const {config, parameters} = pass;
  if (pass.context) return addPositionsAt(pass, x, pass.context.positions);
  const first = pass.cache?.length ?? 0;
  if (config.position === "learned") return addRows(x, get(parameters, "transformer.wpe.weight"), first);
  if (config.position !== "sinusoidal") return x;
  const [, T, C] = x.shape as [number, number, number];
  const waves = tf.tensor2d(sinusoids(first + T, C), [first + T, C]);
  // As in the paper: else the waves, whose numbers are near 1, would drown the token.
  return addRows(scale(x, Math.sqrt(C)), waves, first);
}

/** The same for tokens whose positions are in a tensor [T]. */
function addPositionsAt({config, parameters}: Pass, x: tf.Tensor, positions: tf.Tensor): tf.Tensor {
  if (config.position === "learned")
    return addRowsAt(x, get(parameters, "transformer.wpe.weight"), positions);
  if (config.position !== "sinusoidal") return x;
  const {blockSize: S, nEmbd: C} = config;
  return addRowsAt(scale(x, Math.sqrt(C)), tf.tensor2d(sinusoids(S, C), [S, C]), positions);
}

/** Rotary positions, where they are chosen: turns queries or keys [.., T, D] by angles that grow with the position. */
export function turnByPosition({config, cache}: Pass, x: tf.Tensor): tf.Tensor {
  return config.position === "rope" ? rotary(x, cache?.length ?? 0) : x;
}
