import * as tf from "@tensorflow/tfjs-core";

/**
 * Joins a forward computation with its hand-written backward one, so that tfjs's tape chains operations but
 * differentiates nothing itself.
 *
 * `forward` returns the value and the tensors that `backward` will need. `backward` receives the gradient of
 * the loss with respect to the value, and those tensors, and returns one gradient for each input, in order. What
 * either makes besides is freed at its end: tfjs would hold a backward pass's until the whole pass is over.
 */
export function differentiable<Inputs extends tf.Tensor[]>(
  inputs: [...Inputs],
  forward: (...inputs: Inputs) => {value: tf.Tensor; saved?: tf.Tensor[]},
  backward: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor[]
): tf.Tensor {
  const op = tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    const {value, saved = []} = forward(...(args as unknown as Inputs));
    save(saved);
    return {value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.tidy(() => backward(dy, saved))};
  });
  return op(...inputs);
}
