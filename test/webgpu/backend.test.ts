import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it, vi} from "vitest";
import {flush, type WebgpuBackend, webgpuBackend} from "../../src/components/webgpu/backend.js";
import {externalTensor, forgetRead, whenDisposed} from "../../src/components/webgpu/externalTensor.js";
import {useBackend} from "../backends.js";

/**
 * Our kernels, captured steps and parts of buffers reach into tfjs-backend-webgpu. Every test here is one thing that they
 * take for granted of it; where one fails after an update of the package, its name says what has changed.
 */
const VERSION = "4.22.0";

let backend: WebgpuBackend;

/** STORAGE | COPY_DST | COPY_SRC: what tfjs gives its own buffers. */
const USAGE = 0x80 | 0x08 | 0x04;

function bufferOf(values: number[]): GPUBuffer {
  const buffer = backend.device.createBuffer({size: 4 * values.length, usage: USAGE});
  backend.queue.writeBuffer(buffer, 0, Float32Array.from(values));
  return buffer;
}

describe("tfjs-backend-webgpu", () => {
  beforeAll(async () => {
    await useBackend("webgpu");
    backend = webgpuBackend();
  });

  it(`is version ${VERSION}, whose inside is known`, () => {
    const path = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-webgpu/package.json");
    const {version} = JSON.parse(readFileSync(path, "utf8")) as {version: string};
    expect(
      version,
      "The inside of another version may differ: see that these tests still say all we use."
    ).toBe(VERSION);
  });

  it.each([
    ["device", "object"],
    ["queue", "object"],
    ["bufferManager", "object"],
    ["tensorMap", "object"],
    ["commandEncoder", "object"],
    ["computePassEncoder", "object"],
    ["commandQueueOwnedIds", "object"],
    ["dispatchCountInPass", "number"],
    ["write", "function"],
    ["makeTensorInfo", "function"],
    ["tensorToBinding", "function"],
    ["uploadToGPU", "function"],
    ["disposeData", "function"],
    ["ensureCommandEncoderReady", "function"],
    ["endComputePassEncoder", "function"],
    ["submitQueue", "function"],
    ["getBufferData", "function"],
    ["checkCompileCompletionAsync", "function"]
  ] as const)("has %s, of type %s", (name, type) => {
    expect(typeof backend[name], `${name} is missing from the backend, or is something else.`).toBe(type);
  });

  it.each([
    ["acquireBuffer", "function"],
    ["releaseBuffer", "function"],
    ["dispose", "function"],
    ["numBytesUsed", "number"],
    ["numBytesAllocated", "number"]
  ] as const)("has a pool of buffers with %s, of type %s", (name, type) => {
    expect(typeof backend.bufferManager[name], `${name} is missing from the pool.`).toBe(type);
  });

  it("keeps what it knows of a tensor under its dataId, with its buffer once it is on the device", () => {
    const x = tf.tensor1d([1, 2]);
    const data = backend.tensorMap.get(x.dataId);
    expect(data).toMatchObject({dtype: "float32", shape: [2], refCount: 1});
    expect(data.resource ?? null, "A new tensor waits on the processor.").toBeNull();
    backend.uploadToGPU(x.dataId);
    expect(data.resource, "uploadToGPU gives the tensor a buffer.").toBeInstanceOf(GPUBuffer);
    expect(data.values, "uploadToGPU lets go of the values.").toBeNull();
    const {resource} = data;
    backend.uploadToGPU(x.dataId);
    expect(data.resource, "What is on the device is not copied there again.").toBe(resource);
    x.dispose();
  });

  it("makes the data of its results, and of tensors from values, by `write`, and their buffers by the pool", () => {
    const write = vi.spyOn(backend, "write");
    const acquire = vi.spyOn(backend.bufferManager, "acquireBuffer");
    const x = tf.tensor1d([1, 2, 3, 4, 5]);
    const y = tf.square(x);
    expect(write.mock.results.map(({value}) => value)).toEqual([x.dataId, y.dataId]);
    const made = acquire.mock.results.map(({value}) => value);
    expect(made).toContain(backend.tensorMap.get(x.dataId).resource);
    expect(made).toContain(backend.tensorMap.get(y.dataId).resource);
    vi.restoreAllMocks();
    tf.dispose([x, y]);
  });

  it("encodes into `commandEncoder` and `computePassEncoder`, which may be others' too", () => {
    flush(backend);
    const ready = vi.spyOn(backend, "ensureCommandEncoderReady");
    const submit = vi.spyOn(backend, "submitQueue");
    const y = tf.square(tf.tensor1d([1, 2, 3]));
    expect(ready, "It asks `ensureCommandEncoderReady` for an encoder.").toHaveBeenCalled();
    const {commandEncoder, computePassEncoder, dispatchCountInPass} = backend;
    expect(commandEncoder).not.toBeNull();
    expect(computePassEncoder).not.toBeNull();
    expect(dispatchCountInPass).toBe(1);
    const z = tf.square(y);
    expect(backend.computePassEncoder, "A pass goes on.").toBe(computePassEncoder);
    expect(backend.dispatchCountInPass).toBe(2);
    backend.endComputePassEncoder();
    expect(backend.computePassEncoder).toBeNull();
    backend.submitQueue();
    expect(backend.commandEncoder).toBeNull();
    expect(backend.dispatchCountInPass).toBe(0);
    submit.mockClear();
    const chain = tf.tidy(() => {
      let x: tf.Tensor = z;
      for (let i = 0; i < 40; i++) x = tf.square(x);
      return x;
    });
    expect(submit, "It submits by `submitQueue` when enough is encoded.").toHaveBeenCalled();
    vi.restoreAllMocks();
    tf.dispose([y, z, chain]);
  });

  it("submits to `queue`, and frees what commands read or wrote only then", () => {
    flush(backend);
    const release = vi.spyOn(backend.bufferManager, "releaseBuffer");
    const submit = vi.spyOn(backend.queue, "submit");
    const x = tf.tensor1d([1, 2, 3]);
    const y = tf.square(x);
    const {resource} = backend.tensorMap.get(y.dataId);
    expect(backend.commandQueueOwnedIds.has(x.dataId)).toBe(true);
    expect(backend.commandQueueOwnedIds.has(y.dataId)).toBe(true);
    tf.dispose([x, y]);
    expect(release).not.toHaveBeenCalledWith(resource);
    flush(backend);
    expect(submit).toHaveBeenCalledOnce();
    expect(release).toHaveBeenCalledWith(resource);
    vi.restoreAllMocks();
  });

  it("binds a part of a buffer as it is", async () => {
    const buffer = bufferOf(Array.from({length: 130}, (_, i) => i));
    const resource = {buffer, offset: 256, size: 12};
    const part = externalTensor(resource, [3]);
    expect(backend.tensorToBinding(part)).toBe(resource);
    const [doubled, rows] = tf.tidy(() => [
      tf.mul(part, 2),
      tf.concat([tf.reshape(part, [1, 3]), tf.ones([1, 3])])
    ]);
    expect([...(await doubled.data())]).toEqual([128, 130, 132]);
    expect([...(await rows.data())]).toEqual([64, 65, 66, 1, 1, 1]);
    tf.dispose([part, doubled, rows]);
    buffer.destroy();
  });

  it("reads values by `getBufferData`, once, and remembers them in `values`", async () => {
    const get = vi.spyOn(backend, "getBufferData");
    const x = tf.tidy(() => tf.square(tf.tensor1d([3])));
    expect([...(await x.data()), ...(await x.data())]).toEqual([9, 9]);
    expect(get, "It reads the buffer, once.").toHaveBeenCalledExactlyOnceWith(
      backend.tensorMap.get(x.dataId).resource
    );
    expect([...(backend.tensorMap.get(x.dataId).values as Float32Array)]).toEqual([9]);
    forgetRead([x]);
    get.mockClear();
    expect([...(await x.data()), ...(await x.data())]).toEqual([9, 9]);
    expect(get, "After forgetRead it reads each time.").toHaveBeenCalledTimes(2);
    vi.restoreAllMocks();
    x.dispose();
  });

  it("reads a part of a buffer, as it is at that time", async () => {
    const buffer = bufferOf(Array.from({length: 130}, (_, i) => i));
    const part = externalTensor({buffer, offset: 512, size: 8}, [2]);
    expect([...(await part.data())]).toEqual([128, 129]);
    backend.queue.writeBuffer(buffer, 512, Float32Array.of(-1, -2));
    expect([...(await part.data())]).toEqual([-1, -2]);
    part.dispose();
    buffer.destroy();
  });

  it("neither frees nor pools a buffer that is not its own, and tells when the last tensor of it is gone", async () => {
    const buffer = bufferOf([1, 2, 3]);
    const before = backend.numDataIds();
    const x = externalTensor(buffer, [3]);
    const gone = vi.fn();
    whenDisposed(x.dataId, gone);
    const release = vi.spyOn(backend.bufferManager, "releaseBuffer");
    const variable = tf.variable(x);
    const reshaped = tf.reshape(variable, [3, 1]);
    x.dispose();
    reshaped.dispose();
    expect(gone).not.toHaveBeenCalled();
    variable.dispose();
    expect(gone).toHaveBeenCalledOnce();
    expect(backend.numDataIds()).toBe(before);
    flush(backend);
    expect(release).not.toHaveBeenCalledWith(buffer);
    vi.restoreAllMocks();
    const again = externalTensor(buffer, [3]);
    expect([...(await again.data())]).toEqual([1, 2, 3]);
    again.dispose();
    buffer.destroy();
  });

  it("encodes nothing while it is only to compile", async () => {
    flush(backend);
    tf.env().set("WEBGPU_ENGINE_COMPILE_ONLY", true);
    // No other test of this file squares a tensor of rank 5: its pipeline is new.
    const x = tf.ones([1, 2, 1, 2, 1]);
    const y = tf.square(x);
    tf.env().set("WEBGPU_ENGINE_COMPILE_ONLY", false);
    expect(backend.dispatchCountInPass).toBe(0);
    expect(() => tf.square(x), "The pipeline is not there before it was waited for.").toThrow(
      /checkCompileCompletionAsync/
    );
    await backend.checkCompileCompletionAsync();
    const z = tf.square(x);
    expect([...(await z.data())]).toEqual([1, 1, 1, 1]);
    tf.dispose([x, y, z]);
  });
});
