import type * as tf from "@tensorflow/tfjs-core";
import {add} from "../ops/add.js";
import {countedLogits} from "../ops/countedLogits.js";
import {embedding} from "../ops/embedding.js";
import {joinWindow} from "../ops/joinWindow.js";
import {unembed} from "../ops/linear.js";
import {drop, get, type Pass, project, tapped} from "./pass.js";
import {embedInPosition} from "./positions.js";
import {head, hidden, selfAttentionSingleHead} from "./transformer.js";

/** The bigram by counting: ln of how often each token followed this one, [B, T] → [B, T, V]. */
export function bigram(pass: Pass, ids: tf.Tensor): tf.Tensor {
  return tapped(
    pass,
    "logits",
    countedLogits(get(pass.parameters, "bigram.counts"), ids, pass.config.smoothing)
  );
}

/** The bigram by learning: embedding → linear → softmax, [B, T] → [B, T, V]. */
export function neuralBigram(pass: Pass, ids: tf.Tensor): tf.Tensor {
  const x = embedding(get(pass.parameters, "transformer.wte.weight"), ids); // [B, T, C]
  return head(pass, project(pass, "transformer.h.0.mlp.c_proj", tapped(pass, "embedding", x)));
}

/**
 * A neural network with a fixed window (Bengio et al. 2003): the vectors of the last N = windowSize tokens side by
 * side, two layers, [B, T] → [B, T, V]. Before the start of the text stand vectors of zeros.
 */
export function mlp(pass: Pass, ids: tf.Tensor): tf.Tensor {
  const {config, parameters} = pass;
  const x = embedding(get(parameters, "transformer.wte.weight"), ids); // [B, T, C]
  const dropped = tapped(pass, "embedding", drop(pass, "embedding", 0, x));
  const window = joinWindow(dropped, config.windowSize); // [B, T, N·C]
  const y = hidden(pass, "transformer.h.0.mlp", window); // [B, T, F]
  return tapped(pass, "logits", unembed(y, get(parameters, "lm_head.weight"))); // [B, T, V]
}

/** One head of attention between embedding and head: [B, T] → [B, T, V]. */
export function attentionOnly(pass: Pass, ids: tf.Tensor): tf.Tensor {
  let x = embedInPosition(pass, ids); // [B, T, C]
  x = tapped(pass, "embedding", drop(pass, "embedding", 0, x));
  const attended = selfAttentionSingleHead(pass, "transformer.h.0.attn", x); // [B, T, C]
  return head(pass, pass.config.residual ? add(x, attended) : attended); // [B, T, V]
}
