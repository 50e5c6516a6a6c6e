import * as tf from "@tensorflow/tfjs-core";

/** A whole buffer, or the part of one that a tensor lies in. */
export type Resource = GPUBuffer | GPUBufferBinding;

/** What tfjs knows of a tensor's values. */
export interface TensorData {
  dtype: tf.DataType;
  shape: number[];
  /** Values that have not been copied to the device yet, or have been read back. */
  values: tf.BackendValues | null;
  refCount: number;
  /** tfjs binds what is no buffer as it is, so a part of a buffer may stand here. */
  resource?: Resource | null;
  /** Whether somebody else frees the resource. */
  external?: boolean;
}

/** Gives out buffers and takes them back; tfjs keeps those that are free for the next of the same size. */
export interface BufferPool {
  acquireBuffer(
    size: number,
    usage: GPUBufferUsageFlags,
    mappedAtCreation?: boolean,
    reuse?: boolean
  ): GPUBuffer;
  releaseBuffer(buffer: GPUBuffer, reuse?: boolean): void;
  dispose(): void;
  readonly numBytesUsed: number;
  readonly numBytesAllocated: number;
}

/**
 * The inside of tfjs-backend-webgpu 4.22 that our kernels, capture and views of buffers need; a test holds the package
 * to it. No file outside this folder looks there.
 */
export interface WebgpuBackend extends tf.KernelBackend {
  readonly device: GPUDevice;
  readonly queue: GPUQueue;
  bufferManager: BufferPool;
  readonly tensorMap: {
    get(dataId: object): TensorData;
    set(dataId: object, data: TensorData): void;
    has(dataId: object): boolean;
  };
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  /** Tensors that commands not yet submitted read or write; they are freed after the submission. */
  commandQueueOwnedIds: WeakSet<object>;
  dispatchCountInPass: number;
  write(values: tf.BackendValues | null, shape: number[], dtype: tf.DataType): object;
  makeTensorInfo(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  tensorToBinding(tensor: tf.TensorInfo): GPUBindingResource;
  /** Gives a tensor its buffer, with its values if it has any. */
  uploadToGPU(dataId: object): void;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  getBufferData(buffer: Resource): Promise<ArrayBuffer>;
  checkCompileCompletionAsync(): Promise<void>;
}

/** tfjs's current backend. Throws Error when that is not WebGPU. */
export function webgpuBackend(): WebgpuBackend {
  if (tf.getBackend() !== "webgpu")
    throw new Error(`This needs the webgpu backend; the current one is ${tf.getBackend()}.`);
  return tf.backend() as unknown as WebgpuBackend;
}

/** Submits what tfjs has encoded so far, so that commands of ours come after it. */
export function flush(backend: WebgpuBackend): void {
  backend.endComputePassEncoder();
  if (backend.commandEncoder) backend.submitQueue();
}
