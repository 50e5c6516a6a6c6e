import * as tf from "@tensorflow/tfjs-core";
import {type Resource, type TensorData, type WebgpuBackend, webgpuBackend} from "./backend.js";
import {bufferUsage, MAP_FOR_READING} from "./bufferUsage.js";

/**
 * What tfjs knows of a tensor whose buffer is somebody else's and whose values change behind its back. tfjs would
 * remember the values that it once read; here it finds nothing remembered and reads again.
 */
class ExternalData implements TensorData {
  refCount = 1;
  readonly external = true;

  constructor(
    public dtype: tf.DataType,
    public shape: number[],
    public resource: Resource | null
  ) {}

  get values(): null {
    return null;
  }

  set values(_: tf.BackendValues | null) {}
}

/**
 * A tensor in a buffer, or in a part of one, that tfjs neither frees nor remembers the values of. The engine does not
 * count it; one that no kernel returns is to be made a tensor by `externalTensor`.
 */
export function externalInfo(
  resource: Resource,
  shape: number[],
  dtype: "float32" | "int32" = "float32"
): tf.TensorInfo {
  const backend = webgpuBackend();
  teach(backend);
  const dataId = {};
  backend.tensorMap.set(dataId, new ExternalData(dtype, shape, resource));
  return {dataId, shape, dtype};
}

/** The same, as a tensor that no tidy frees. */
export function externalTensor(
  resource: Resource,
  shape: number[],
  dtype: "float32" | "int32" = "float32"
): tf.Tensor {
  const {dataId} = externalInfo(resource, shape, dtype);
  return tf.keep(tf.engine().makeTensorFromDataId(dataId, shape, dtype, webgpuBackend()));
}

/** From now on values of these tensors are read from the device each time: kernels change them in place. */
export function forgetRead(tensors: Iterable<tf.TensorInfo>): void {
  const backend = webgpuBackend();
  for (const {dataId} of tensors) {
    backend.uploadToGPU(dataId);
    const data = backend.tensorMap.get(dataId);
    if (!(data instanceof ExternalData))
      Object.defineProperty(data, "values", {get: () => null, set() {}, configurable: true});
  }
}

/** Has `callback` called once when the last tensor of this data is disposed of. */
export function whenDisposed(dataId: object, callback: (backend: WebgpuBackend) => void): void {
  callbacks.set(dataId, callback);
}

const callbacks = new WeakMap<object, (backend: WebgpuBackend) => void>();

const taught = new WeakSet<object>();

/**
 * Teaches the backend's class two things: to read back a part of a buffer, which it takes for a whole one, and to tell
 * when data is gone.
 */
function teach(backend: WebgpuBackend): void {
  const methods = Object.getPrototypeOf(backend) as WebgpuBackend;
  if (taught.has(methods)) return;
  taught.add(methods);
  const {getBufferData, disposeData} = methods;
  methods.getBufferData = function (this: WebgpuBackend, resource) {
    return resource instanceof GPUBuffer ? getBufferData.call(this, resource) : readPart(this, resource);
  };
  methods.disposeData = function (this: WebgpuBackend, dataId, force) {
    const isGone = disposeData.call(this, dataId, force);
    if (isGone) {
      const callback = callbacks.get(dataId);
      callbacks.delete(dataId);
      callback?.(this);
    }
    return isGone;
  };
}

async function readPart(
  backend: WebgpuBackend,
  {buffer, offset = 0, size = buffer.size - offset}: GPUBufferBinding
): Promise<ArrayBuffer> {
  const staging = backend.bufferManager.acquireBuffer(size, bufferUsage.mapRead | bufferUsage.copyTarget);
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.commandEncoder!.copyBufferToBuffer(buffer, offset, staging, 0, size);
  backend.submitQueue();
  await staging.mapAsync(MAP_FOR_READING);
  const values = staging.getMappedRange().slice(0);
  staging.unmap();
  backend.bufferManager.releaseBuffer(staging);
  return values;
}
