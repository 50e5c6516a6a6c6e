import * as tf from "@tensorflow/tfjs-core";

type Tensors = Readonly<Record<string, tf.Tensor>>;

/** All numbers of some tensors in one array, in the order of their names. */
export async function flatten(tensors: Tensors): Promise<Float32Array> {
  const all = Object.values(tensors);
  const flat = new Float32Array(all.reduce((sum, {size}) => sum + size, 0));
  let at = 0;
  for (const tensor of all) {
    flat.set((await tensor.data()) as Float32Array, at);
    at += tensor.size;
  }
  return flat;
}

/** The way back: tensors by the names and in the shapes of `like`. */
export function unflatten(flat: Float32Array, like: Tensors): Record<string, tf.Tensor> {
  let at = 0;
  const tensors: Record<string, tf.Tensor> = {};
  for (const [name, {shape, size}] of Object.entries(like)) {
    tensors[name] = tf.tensor(flat.slice(at, at + size), shape);
    at += size;
  }
  return tensors;
}
