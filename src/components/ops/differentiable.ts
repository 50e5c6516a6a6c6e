import * as tf from "@tensorflow/tfjs-core";

/**
 * Joins a forward computation with its hand-written backward one, so that tfjs's tape chains operations but
 * differentiates nothing itself.
 *
 * `forward` returns the value and the tensors that `backward` will need. `backward` receives the gradient of
 * the loss with respect to the value, and those tensors, and returns one gradient for each input, in order.
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
    return {value, gradFunc: backward as (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor[]};
  });
  return op(...inputs);
}
