import * as tf from "@tensorflow/tfjs-core";
import {folded} from "../ops/webgpu/grid.js";
import {webgpuMatmul} from "../ops/webgpu/matmul.js";
import {tune} from "./autotune.js";
import {webgpuBackend} from "./backend.js";
import {Capture, precompile} from "./capture.js";
import {KernelTimer} from "./kernelTimer.js";
import type {ProfileOptions} from "./profile.js";
import {randomTensor} from "./randomTensor.js";
import {dispatch, type Kernel} from "./runner.js";

/** What a device achieves at its best, by kernels like those that are compared with it. */
export interface Attainable {
  /** Bytes that a copy of large arrays reads and writes together in a second. */
  bytesPerSecond: number;
  /** Floating-point operations of the fastest product of two square matrices, in a second. */
  flopsPerSecond: number;
  /** Rows and columns of those matrices. */
  matmulSize: number;
}

/** Arrays to copy: larger than the caches of most processors at first, and of most GPUs at last. */
const COPIED = [2 ** 25, 2 ** 26, 2 ** 27];
const PRODUCTS = [256, 512, 1024, 2048];
/** Microseconds of one run from which on a larger size is not tried: it would tell no more. */
const [LONG_COPY, LONG_PRODUCT] = [4000, 10_000];

/**
 * Measures the two ceilings of a roofline (Williams, Waterman and Patterson 2009) on tfjs's current WebGPU device.
 * Rejects with the signal's reason where that aborts; `onProgress` hears how many sizes are done, of how many at most.
 */
export async function measureAttainable({signal, onProgress}: ProfileOptions = {}): Promise<Attainable> {
  const {device} = webgpuBackend();
  const most = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
  const sizes = COPIED.filter((bytes) => bytes <= most);
  const total = sizes.length + PRODUCTS.length;
  let done = 0;
  const next = () => {
    signal?.throwIfAborted();
    onProgress?.(done++, total);
  };

  let bytesPerSecond = 0;
  for (const bytes of sizes) {
    next();
    const microseconds = await timeCopy(bytes);
    // The largest that was tried: smaller ones may have come from a cache.
    bytesPerSecond = (2 * bytes * 1e6) / microseconds;
    if (microseconds > LONG_COPY) break;
  }

  let [flopsPerSecond, matmulSize] = [0, 0];
  for (const size of PRODUCTS) {
    next();
    const microseconds = await timeProduct(size);
    const rate = (2 * size ** 3 * 1e6) / microseconds;
    if (rate > flopsPerSecond) [flopsPerSecond, matmulSize] = [rate, size];
    if (microseconds > LONG_PRODUCT) break;
  }
  return {bytesPerSecond, flopsPerSecond, matmulSize};
}

const THREADS = 256;

async function timeCopy(bytes: number): Promise<number> {
  const units = bytes / 16;
  const grid = folded(units / THREADS);
  // One thread copies four numbers, neighbours those that lie side by side.
  const kernel: Kernel = {
    name: "Copy",
    reads: {x: "vec4<f32>"},
    writes: {y: "vec4<f32>"},
    code: `
@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x + id.y * ${grid[0] * THREADS}u;
  if (i < ${units}u) { y[i] = x[i]; }
}`
  };
  const x = randomTensor([bytes / 4], 1);
  const backend = webgpuBackend();
  try {
    return await timeOf(() => {
      const y = backend.makeTensorInfo([bytes / 4], "float32");
      dispatch(kernel, {x, y}, grid);
      return tf.engine().makeTensorFromTensorInfo(y);
    });
  } finally {
    x.dispose();
  }
}

async function timeProduct(size: number): Promise<number> {
  const [a, b] = [randomTensor([size, size], 1), randomTensor([size, size], 2)];
  const product = () => webgpuMatmul(a, b, false, false)!;
  try {
    await precompile(product);
    await tune();
    return await timeOf(product);
  } finally {
    tf.dispose([a, b]);
  }
}

/** Tries of which the best counts: a ceiling is what is reached when nothing else is in the way. */
const TRIES = 3;

/** Microseconds of all kernels that the work is made of, at their best. */
async function timeOf(work: () => tf.Tensor): Promise<number> {
  const capture = await Capture.record(() => ({result: work()}));
  const timer = new KernelTimer(webgpuBackend().device);
  try {
    let best = Number.POSITIVE_INFINITY;
    for (let tried = 0; tried < TRIES; tried++) {
      let sum = 0;
      for (const kernel of capture.kernels) sum += await timer.microseconds(kernel);
      if (sum > 0) best = Math.min(best, sum);
    }
    return best;
  } finally {
    timer.dispose();
    capture.result.result.dispose();
    capture.dispose();
  }
}
