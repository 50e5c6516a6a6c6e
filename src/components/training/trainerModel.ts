import * as tf from "@tensorflow/tfjs-core";
import type {LanguageModel} from "../inference/languageModel.js";
import {checkBatch} from "../inference/modelInput.js";
import {canDecodeWithCache} from "../model/forward.js";
import type {Tokenizer} from "../text/tokenizer.js";
import type {Trainer} from "./trainer.js";

/** The model in training, seen as any other model: each trace uses the parameters of its moment. */
export function trainerModel(trainer: Trainer, tokenizer: Tokenizer): LanguageModel {
  return {
    get label() {
      return `the model in training, step ${trainer.step.toLocaleString("en")}`;
    },
    config: trainer.config,
    tokenizer,
    async trace(ids, {attention = false, signal} = {}) {
      signal?.throwIfAborted();
      if (ids.length < 1 || ids.length > trainer.config.blockSize)
        throw new RangeError(
          `A trace needs 1 to ${trainer.config.blockSize} tokens; it was given ${ids.length}.`
        );
      return trainer.trace(ids, {attention});
    },
    async scores(ids, batch, {signal} = {}) {
      signal?.throwIfAborted();
      checkBatch(ids, batch, trainer.config);
      const logits = tf.tidy(() =>
        trainer.model.logits(tf.tensor2d(Int32Array.from(ids), [batch, ids.length / batch], "int32"))
      );
      const scores = (await logits.data()) as Float32Array;
      logits.dispose();
      signal?.throwIfAborted();
      return scores;
    },
    ...(canDecodeWithCache(trainer.config) && {decoding: () => trainer.decoding()}),
    dispose() {} // the trainer belongs to whoever made it
  };
}
