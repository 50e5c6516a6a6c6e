import * as tf from "@tensorflow/tfjs-core";

/**
 * The keys and values of every token that a model has read, layer by layer, so that the next token is read alone.
 * It owns its tensors: `dispose` frees them.
 */
export class KeyValueCache {
  /** Tokens read so far. */
  length = 0;
  private readonly layers = new Map<string, {keys: tf.Tensor; values: tf.Tensor}>();

  /** Appends one layer's keys and values [B, K, T, D] or [B, T, C]; returns all there are, length + T of them. */
  extend(layer: string, keys: tf.Tensor, values: tf.Tensor): {keys: tf.Tensor; values: tf.Tensor} {
    const before = this.layers.get(layer);
    const append = (old: tf.Tensor | undefined, added: tf.Tensor) =>
      tf.keep(old ? tf.concat([old, added], added.rank - 2) : tf.clone(added));
    const all = {keys: append(before?.keys, keys), values: append(before?.values, values)};
    tf.dispose([before?.keys, before?.values] as tf.Tensor[]);
    this.layers.set(layer, all);
    return all;
  }

  /** To be called once a pass is over: its T tokens have been read by every layer. */
  advance(T: number): void {
    this.length += T;
  }

  dispose(): void {
    for (const {keys, values} of this.layers.values()) tf.dispose([keys, values]);
    this.layers.clear();
    this.length = 0;
  }
}
