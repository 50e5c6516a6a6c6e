import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";
import {rows} from "./matmul.js";

/**
 * The mean of −ln p(target) over all places, in nats, with p = softmax(logits):
 * logits [.., V], targets [..] int32 → scalar.
 *
 * dlogits = (p − onehot(target)) / N.
 */
export function crossEntropy(logits: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  return differentiable(
    [logits],
    (logits) => ({value: tf.mean(tokenLosses(logits, targets)), saved: [logits, targets]}),
    (dy, saved) => {
      const [logits, targets] = saved as [tf.Tensor, tf.Tensor];
      const surplus = tf.sub(tf.softmax(rows(logits)), oneHot(targets, logits.shape.at(-1)!));
      return [tf.reshape(tf.mul(surplus, tf.div(dy, targets.size)), logits.shape)];
    }
  );
}

/** −ln p(target) at every place, in nats: logits [.., V], targets [..] → [N]. Stable: the maximum is taken out first. */
export function tokenLosses(logits: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  const flat = rows(logits);
  const shifted = tf.sub(flat, tf.max(flat, -1, true));
  const logSum = tf.log(tf.sum(tf.exp(shifted), -1));
  const target = tf.sum(tf.mul(shifted, oneHot(targets, flat.shape[1])), -1);
  return tf.sub(logSum, target);
}

function oneHot(targets: tf.Tensor, V: number): tf.Tensor {
  const tokens = tf.range(0, V, 1, "int32");
  return tf.cast(tf.equal(tf.reshape(targets, [-1, 1]), tokens), "float32");
}
