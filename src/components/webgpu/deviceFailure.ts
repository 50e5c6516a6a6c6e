import * as tf from "@tensorflow/tfjs-core";

/**
 * Calls back when the current backend is WebGPU and its device can no longer be trusted: it was lost (the driver
 * crashed, the GPU was removed, the browser took it away), or it refused a command, so that what follows would be
 * computed from garbage.
 */
export function onDeviceFailure(callback: (message: string) => void): void {
  const {device} = tf.backend() as {device?: GPUDevice};
  device?.lost.then(({reason, message}) => {
    if (reason !== "destroyed") callback(message || "no reason given");
  });
  device?.addEventListener("uncapturederror", (event) => callback(event.error.message));
}
