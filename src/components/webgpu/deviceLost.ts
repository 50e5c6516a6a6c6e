import * as tf from "@tensorflow/tfjs-core";

/**
 * Calls back once if the current backend is WebGPU and its device is lost: the driver crashed, the GPU was
 * removed, or the browser took it away. All tensors on it are gone then.
 */
export function onDeviceLost(callback: (message: string) => void): void {
  const {device} = tf.backend() as {device?: GPUDevice};
  device?.lost.then(({reason, message}) => {
    if (reason !== "destroyed") callback(message || "no reason given");
  });
}
