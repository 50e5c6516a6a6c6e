// The whole library: it registers the gradients of its operations, which this project otherwise does without.
import "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import type {ParameterData} from "../../components/model/parameters.js";
import {EPSILON} from "../../components/ops/epsilon.js";

/*
 * The operations of a transformer as somebody would write them with TensorFlow.js alone, whose own gradients then do
 * the rest: the yardstick for ours. Shapes are those of model/config.ts.
 */

/** table [V, C], ids [B, T] int32 → [B, T, C]. */
export function stockEmbedding(table: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  const [V, C] = table.shape as [number, number];
  const flat = tf.reshape(ids, [-1]);
  // The gradient of gather is a kernel that the wasm backend does not have: there one has to multiply.
  const vectors =
    tf.getBackend() === "wasm"
      ? tf.matMul(tf.cast(tf.oneHot(flat, V), "float32"), table)
      : tf.gather(table, flat);
  return tf.reshape(vectors, [...ids.shape, C]);
}

/** x [.., I], weight [I, O], bias [O] or none → [.., O]. */
export function stockLinear(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
  const [I, O] = weight.shape as [number, number];
  const product = tf.matMul(tf.reshape(x, [-1, I]), weight);
  return tf.reshape(bias ? tf.add(product, bias) : product, [...x.shape.slice(0, -1), O]);
}

/** x [.., C], gain [C], bias [C] or none → [.., C]. */
export function stockLayerNorm(x: tf.Tensor, gain: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
  const {mean, variance} = tf.moments(x, -1, true);
  const scaled = tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, EPSILON))), gain);
  return bias ? tf.add(scaled, bias) : scaled;
}

/** x [.., C], gain [C] → [.., C]. */
export function stockRmsNorm(x: tf.Tensor, gain: tf.Tensor): tf.Tensor {
  return tf.mul(tf.div(x, tf.sqrt(tf.add(tf.mean(tf.square(x), -1, true), EPSILON))), gain);
}

/** Elementwise, in its tanh form. */
export function stockGelu(x: tf.Tensor): tf.Tensor {
  const inner = tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.mul(x, tf.square(x)))));
  return tf.mul(tf.mul(0.5, x), tf.add(1, tf.tanh(inner)));
}

/** What is added to scores [.., T, T] so that no place sees a later one. */
export function causalMask(T: number): tf.Tensor2D {
  return tf.tidy(() => tf.mul(tf.sub(1, tf.linalg.bandPart(tf.ones([T, T]), -1, 0)), -1e9));
}

/** q, k, v [B, H, T, D] and a mask [T, T] → [B, H, T, D]. */
function stockAttention(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(q.shape.at(-1)!));
  return tf.matMul(tf.softmax(tf.add(scores, mask)), v);
}

/** All of self-attention between the projections: qkv [B, T, 3C] and a mask [T, T] → [B, T, C]. */
export function stockMultiHeadAttention(qkv: tf.Tensor, nHead: number, mask: tf.Tensor): tf.Tensor {
  const [B, T, wide] = qkv.shape as [number, number, number];
  const C = wide / 3;
  const heads = (x: tf.Tensor) => tf.transpose(tf.reshape(x, [B, T, nHead, C / nHead]), [0, 2, 1, 3]);
  const [q, k, v] = tf.split(qkv, 3, -1).map(heads) as [tf.Tensor, tf.Tensor, tf.Tensor]; // [B, H, T, D]
  return tf.reshape(tf.transpose(stockAttention(q, k, v, mask), [0, 2, 1, 3]), [B, T, C]);
}

/** x [.., C], table [V, C] → [.., V]. */
export function stockUnembed(x: tf.Tensor, table: tf.Tensor): tf.Tensor {
  const [V, C] = table.shape as [number, number];
  return tf.reshape(tf.matMul(tf.reshape(x, [-1, C]), table, false, true), [...x.shape.slice(0, -1), V]);
}

/** The mean loss, nats: logits [.., V], targets [N] int32 → scalar. */
export function stockCrossEntropy(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  const V = logits.shape.at(-1)!;
  const wanted = tf.cast(tf.oneHot(targets, V), "float32");
  return tf.losses.softmaxCrossEntropy(wanted, tf.reshape(logits, [-1, V])) as tf.Scalar;
}

/** Parameters as variables, each by itself. */
export const stockVariables = (data: ParameterData): Record<string, tf.Variable> =>
  Object.fromEntries(
    Object.entries(data).map(([name, {shape, data: values}]) => [
      name,
      tf.tidy(() => tf.variable(tf.tensor(values.slice(), shape)))
    ])
  );

/** All gradients scaled by one factor, so that their norm together is at most `limit`. */
export function stockClip(gradients: tf.Tensor[], limit: number): tf.Tensor[] {
  const squares = gradients.map((g) => tf.sum(tf.square(g)));
  const norm = tf.sqrt(tf.sum(tf.stack(squares)));
  const factor = tf.div(limit, tf.maximum(norm, limit));
  return gradients.map((g) => tf.mul(g, factor));
}
