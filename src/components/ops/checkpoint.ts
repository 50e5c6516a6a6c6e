import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";

/** What a checkpointed function reads besides x. */
export interface CheckpointReads {
  /** Whose gradients are wanted, and which live until the backward pass anyway. */
  parameters: readonly tf.Tensor[];
  /** Without gradients; kept for the backward pass and handed to f after x. */
  constants?: readonly tf.Tensor[];
}

/**
 * Gradient checkpointing (Chen et al. 2016): f(x, ...constants), of which only x and the constants are kept. The
 * backward pass computes f again, this time keeping what f's operations save, and goes back through them at once, so
 * the gradients are those of f itself, bit for bit: the same operations in the same order. x [..] → f(x) [..].
 *
 * f runs twice, so it must give the same both times.
 */
export function checkpoint(
  x: tf.Tensor,
  {parameters, constants = []}: CheckpointReads,
  f: (x: tf.Tensor, ...constants: tf.Tensor[]) => tf.Tensor
): tf.Tensor {
  return differentiable<tf.Tensor[]>(
    [x, ...parameters],
    (x: tf.Tensor) => ({value: f(x, ...constants), saved: [x, ...constants]}),
    (dy, [x, ...constants]) =>
      // A clone: tfjs disposes of a gradient that it has added to another, and dy may be of use outside.
      besideTheTape(() => tf.grads((x) => f(x!, ...constants))([x!, ...parameters], tf.clone(dy)))
  );
}

/**
 * Takes gradients in the middle of a backward pass. tfjs has a single tape, which whoever takes gradients starts
 * afresh and clears at the end; the outer one is still needed then, to free what it holds.
 */
function besideTheTape<Result>(takeGradients: () => Result): Result {
  const {state} = tf.engine();
  const outer = state.activeTape;
  try {
    return takeGradients();
  } finally {
    state.activeTape = outer;
  }
}
