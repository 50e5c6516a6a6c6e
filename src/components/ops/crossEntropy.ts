import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";
import {rows} from "./matmul.js";
import {oneHot} from "./oneHot.js";
import {wasmCrossEntropy} from "./wasm/wasmCrossEntropy.js";
import {wasmKernelsAreOn} from "./wasm/wasmKernel.js";
import {crossEntropyKernels} from "./webgpu/crossEntropy.js";
import {kernelsAreOn} from "./webgpu/kernels.js";

/** Tried against the definition below before they are used. */
const kernels = crossEntropyKernels((logits, targets) => crossEntropy(logits, targets));

/** The target of a place that has none (padding): it counts neither in the loss nor in its mean. */
export const IGNORED = -1;

/**
 * The mean of −Σ q ln p over all places that have a target, in nats, with p = softmax(logits) and q the wanted
 * distribution: 1 on the target, or with label smoothing ε (Szegedy et al. 2016) 1 − ε there and ε/V everywhere.
 * logits [.., V], targets [..] int32 → scalar.
 *
 * dlogits = (p − q) / N, with N the places that have a target; 0 at the others.
 */
export function crossEntropy(logits: tf.Tensor, targets: tf.Tensor, smoothing = 0): tf.Tensor {
  if (kernelsAreOn())
    return differentiable(
      [logits],
      (logits) => {
        const places = {logits: rows(logits), targets: tf.reshape(targets, [-1])};
        const {value, measures, count} = kernels.forward(places, smoothing);
        return {value, saved: [places.logits, places.targets, measures, count]};
      },
      (dy, saved) => {
        const [flat, targets, measures, count] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        const places = {logits: flat, targets};
        const dlogits = kernels.backward(places, {measures, count}, dy, smoothing);
        return [tf.reshape(dlogits, logits.shape)];
      }
    );
  return differentiable(
    [logits],
    (logits) => ({
      value: wasmKernelsAreOn()
        ? wasmCrossEntropy.forward(logits, targets, smoothing)
        : tf.div(tf.sum(placeLosses(logits, targets, smoothing)), placeCount(targets)),
      saved: [logits, targets]
    }),
    (dy, saved) => {
      const [logits, targets] = saved as [tf.Tensor, tf.Tensor];
      if (wasmKernelsAreOn()) return [wasmCrossEntropy.backward(dy, logits, targets, smoothing)];
      const surplus = tf.sub(tf.softmax(rows(logits)), wanted(targets, logits.shape.at(-1)!, smoothing));
      const counted = tf.mul(surplus, tf.reshape(hasTarget(targets), [-1, 1]));
      return [tf.reshape(tf.mul(counted, tf.div(dy, placeCount(targets))), logits.shape)];
    }
  );
}

/** −Σ q ln p at every place, in nats; 0 where there is no target: logits [.., V], targets [..] → [N]. */
export function placeLosses(logits: tf.Tensor, targets: tf.Tensor, smoothing = 0): tf.Tensor {
  const flat = rows(logits);
  if (kernelsAreOn())
    return kernels.placeLosses({logits: flat, targets: tf.reshape(targets, [-1])}, smoothing);
  // Stable: the maximum is taken out first.
  const shifted = tf.sub(flat, tf.max(flat, -1, true));
  const logSum = tf.log(tf.sum(tf.exp(shifted), -1));
  const expected = tf.sum(tf.mul(shifted, wanted(targets, flat.shape[1], smoothing)), -1);
  return tf.mul(tf.sub(logSum, expected), hasTarget(targets));
}

/** The distribution that is asked for at every place: targets [..] → [N, V]. */
function wanted(targets: tf.Tensor, V: number, smoothing: number): tf.Tensor {
  const target = oneHot(targets, V);
  return smoothing === 0 ? target : tf.add(tf.mul(target, 1 - smoothing), smoothing / V);
}

/** 1 where there is a target, 0 where it is ignored: [..] → [N]. */
function hasTarget(targets: tf.Tensor): tf.Tensor {
  return tf.cast(tf.greaterEqual(tf.reshape(targets, [-1]), 0), "float32");
}

function placeCount(targets: tf.Tensor): tf.Tensor {
  return tf.maximum(tf.sum(hasTarget(targets)), 1);
}
