import * as tf from "@tensorflow/tfjs-core";
import {afterEach, expect, it, vi} from "vitest";
import {startNodeBackend} from "../../src/cli/nodeBackends.js";
import {onDeviceFailure} from "../../src/components/webgpu/deviceFailure.js";

const FAKE = "device-under-test";
afterEach(() => {
  if (tf.findBackendFactory(FAKE)) tf.removeBackend(FAKE);
});

/** Makes a backend current that has nothing but a device, which the test can lose. */
async function useDevice(device: object | undefined): Promise<void> {
  tf.registerBackend(FAKE, () => ({device, dispose() {}}) as unknown as tf.KernelBackend);
  await tf.setBackend(FAKE);
}

it("tells of a command that a real device refuses", async () => {
  await startNodeBackend("webgpu");
  const {device} = tf.backend() as unknown as {device: GPUDevice};
  const message = new Promise<string>((resolve) => onDeviceFailure(resolve));
  // A buffer that is to be mapped for reading and for writing does not exist.
  device.createBuffer({size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.MAP_WRITE});
  expect(await message).toMatch(/usage/i);
});

it("keeps silent while a real device works, and when it is given back", async () => {
  await startNodeBackend("webgpu");
  const {device} = tf.backend() as unknown as {device: GPUDevice};
  const callback = vi.fn();
  onDeviceFailure(callback);
  const product = tf.tidy(() => tf.matMul(tf.ones([4, 4]), tf.ones([4, 4])));
  expect((await product.data())[0]).toBe(4);
  product.dispose();
  device.destroy();
  expect((await device.lost).reason).toBe("destroyed");
  expect(callback).not.toHaveBeenCalled();
});

it.each([
  ["The driver crashed.", "The driver crashed."],
  ["", "no reason given"]
])("tells of a lost device: %j", async (message, told) => {
  await useDevice({lost: Promise.resolve({reason: "unknown", message}), addEventListener() {}});
  const callback = vi.fn();
  onDeviceFailure(callback);
  await vi.waitFor(() => expect(callback).toHaveBeenCalledExactlyOnceWith(told));
});

it("does nothing where the backend has no device", async () => {
  await startNodeBackend("wasm");
  expect(() => onDeviceFailure(() => expect.unreachable())).not.toThrow();
});
