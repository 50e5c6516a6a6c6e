import * as tf from "@tensorflow/tfjs-core";
import type {KeysAndValues} from "../ops/cachedAttention.js";
import {attentionLayers, type ModelConfig} from "./config.js";

/**
 * The keys and values of a context, layer by layer, in tensors of a fixed size: unlike a KeyValueCache they never
 * grow, and where the next tokens stand is read from a tensor, so that a pass can be captured once and replayed for
 * every token. It owns its tensors: `dispose` frees them.
 */
export class StaticCache {
  private readonly layers: Readonly<Record<string, KeysAndValues>>;

  constructor(config: ModelConfig) {
    const {architecture, nHead, nKvHead, nEmbd: C, blockSize} = config;
    const [H, K] = architecture === "transformer" ? [nHead, nKvHead] : [1, 1];
    const zeros = () => tf.tidy(() => tf.variable(tf.zeros([K, blockSize, C / H]), false));
    const names = Array.from({length: attentionLayers(config)}, (_, i) => `transformer.h.${i}.attn`);
    this.layers = Object.fromEntries(names.map((name) => [name, {keys: zeros(), values: zeros()}]));
  }

  /** The keys and values [K, blockSize, D] of an attention layer. Throws RangeError for a layer that does not attend. */
  layer(name: string): KeysAndValues {
    const layer = this.layers[name];
    if (!layer) throw new RangeError(`There is no attention layer named ${name}.`);
    return layer;
  }

  dispose(): void {
    for (const {keys, values} of Object.values(this.layers)) tf.dispose([keys, values]);
  }
}
