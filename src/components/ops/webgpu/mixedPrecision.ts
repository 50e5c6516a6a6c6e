import * as tf from "@tensorflow/tfjs-core";
import {inHalfPrecision, isHalf} from "../../webgpu/halfPrecision.js";
import {elementwise} from "./elementwise.js";

/**
 * Mixed precision (Micikevicius et al. 2018): what `work` computes of activations and their gradients lies in half
 * precision; parameters and their gradients stay in float32.
 */
export function inMixedPrecision<Result>(work: () => Result): Result {
  teachAddition();
  return inHalfPrecision(work);
}

let isTaught = false;

/** The only kernel of tfjs in a step is its addition, by which its tape joins gradients: it learns to read halves. */
function teachAddition(): void {
  if (isTaught) return;
  isTaught = true;
  const stock = tf.getKernel(tf.Add, "webgpu");
  tf.unregisterKernel(tf.Add, "webgpu");
  tf.registerKernel({
    ...stock,
    kernelFunc: (call) => {
      const {a, b} = call.inputs as {a: tf.TensorInfo; b: tf.TensorInfo};
      if (!isHalf(a) && !isHalf(b)) return stock.kernelFunc(call);
      if (!tf.util.arraysEqual(a.shape, b.shape))
        throw new RangeError(
          `Halves [${a.shape}] and [${b.shape}] were to be added; only equal shapes can be.`
        );
      return elementwise({name: "Add", code: "sum[i] = a[i] + b[i];", inputs: {a, b}, outputs: ["sum"]})[0]!;
    }
  });
}
