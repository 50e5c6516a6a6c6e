import * as tf from "@tensorflow/tfjs-core";
import {createRandom} from "../random.js";

/** A prime, so that neighbouring rows of hardly any matrix repeat each other. */
const PERIOD = 65_521;

/**
 * A tensor of numbers from −1 to 1 to try kernels on. They repeat after 65,521 of them, so that even many millions are
 * made on the device and at once. (tfjs's own random numbers come from a package that does not survive bundling.)
 */
export const randomTensor = (shape: number[], seed: number): tf.Tensor =>
  tf.tidy(() => {
    const random = createRandom(seed);
    const size = tf.util.sizeFromShape(shape);
    const pattern = tf.tensor1d(
      Float32Array.from({length: Math.min(size, PERIOD)}, () => 2 * random.uniform() - 1)
    );
    if (size <= PERIOD) return tf.reshape(pattern, shape);
    const repeated = tf.tile(pattern, [Math.ceil(size / PERIOD)]);
    return tf.reshape(tf.slice(repeated, [0], [size]), shape);
  });
