import * as tf from "@tensorflow/tfjs-core";
import {addRows} from "../ops/embedding.js";
import {rotary} from "../ops/rotary.js";
import {scale} from "../ops/scale.js";
import type {ModelConfig} from "./config.js";
import {get, type Pass} from "./pass.js";

/**
 * What is added to the token vectors so that they say where they stand: x [B, T, C] → [B, T, C].
 * The other kinds of position act inside attention.
 */
export function addPositions(pass: Pass, x: tf.Tensor): tf.Tensor {
  const {config, parameters} = pass;
  const first = pass.cache?.length ?? 0;
  if (config.position === "learned") return addRows(x, get(parameters, "transformer.wpe.weight"), first);
  if (config.position !== "sinusoidal") return x;
  const [, T, C] = x.shape as [number, number, number];
  const waves = tf.tensor2d(sinusoids(first + T, C), [first + T, C]);
  // As in the paper: else the waves, whose numbers are near 1, would drown the token.
  return addRows(scale(x, Math.sqrt(C)), waves, first);
}

/**
 * Sinusoidal positions (Vaswani et al. 2017, 3.5): [T, C] row-major; at position t, columns 2i and 2i + 1 hold the
 * sine and cosine of t / 10000^(2i/C).
 */
export function sinusoids(T: number, C: number): Float32Array {
  const table = new Float32Array(T * C);
  for (let t = 0; t < T; t++)
    for (let c = 0; c < C; c++) {
      const angle = t / 10000 ** ((c - (c % 2)) / C);
      table[t * C + c] = c % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  return table;
}

/** Rotary positions, where they are chosen: turns queries or keys [.., T, D] by angles that grow with the position. */
export function turnByPosition({config, cache}: Pass, x: tf.Tensor): tf.Tensor {
  return config.position === "rope" ? rotary(x, cache?.length ?? 0) : x;
}

/**
 * ALiBi (Press, Smith & Lewis 2022): what each head subtracts from a score for every step of distance. H slopes
 * 2^(−8/H), 2^(−16/H), …; where H is no power of two, those of the next smaller power and then every other one of
 * twice that, as in the authors' code. Null where another kind of position is chosen.
 */
export function alibiSlopes({position, nHead}: Pick<ModelConfig, "position" | "nHead">): number[] | null {
  if (position !== "alibi") return null;
  const powers = (count: number) => Array.from({length: count}, (_, h) => 2 ** ((-8 * (h + 1)) / count));
  const whole = 2 ** Math.floor(Math.log2(nHead));
  const between = powers(2 * whole).filter((_, h) => h % 2 === 0);
  return [...powers(whole), ...between.slice(0, nHead - whole)];
}
