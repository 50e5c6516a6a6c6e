import * as tf from "@tensorflow/tfjs-core";
import {type Resource, webgpuBackend} from "../../webgpu/backend.js";
import {dispatch, type ElementType, type Kernel} from "../../webgpu/runner.js";
import {folded} from "./grid.js";

/** A tensor that is copied to `offset` of another, counted in numbers. */
export interface Piece {
  source: tf.TensorInfo;
  offset: number;
}

/** Arrays that a kernel may bind, less the one that is written. */
const MOST_SOURCES = 7;
const GROUP = 256;

/** Copies float32 tensors into a larger one in place, seven of them in a dispatch. */
export function copyInto(target: tf.TensorInfo, pieces: readonly Piece[]): void {
  const backend = webgpuBackend();
  const bufferOf = ({dataId}: tf.TensorInfo) => {
    backend.uploadToGPU(dataId);
    const resource: Resource = backend.tensorMap.get(dataId).resource!;
    return resource instanceof GPUBuffer ? resource : resource.buffer;
  };
  for (let start = 0; start < pieces.length; start += MOST_SOURCES) {
    // One buffer cannot be read and written in the same dispatch: what lies in the target's takes a way round.
    const some = pieces.slice(start, start + MOST_SOURCES).map((piece) => {
      const isOwn = bufferOf(piece.source) === bufferOf(target);
      return {...piece, isOwn, source: isOwn ? copyOf(piece.source) : piece.source};
    });
    run(target, some);
    for (const {isOwn, source} of some) if (isOwn) backend.disposeData(source.dataId);
  }
}

function copyOf(source: tf.TensorInfo): tf.TensorInfo {
  const copy = webgpuBackend().makeTensorInfo(source.shape, "float32");
  run(copy, [{source, offset: 0}]);
  return copy;
}

/** One dispatch: workgroups copy 256 numbers each, the first so many from the first source, and so on. */
function run(target: tf.TensorInfo, pieces: readonly Piece[]): void {
  let groups = 0;
  const branches = pieces.map(({source, offset}, i) => {
    const size = tf.util.sizeFromShape(source.shape);
    const first = groups;
    groups += Math.ceil(size / GROUP);
    return `if (group < ${groups}u) {
    let i = (group - ${first}u) * ${GROUP}u + lane;
    if (i < ${size}u) { destination[${offset}u + i] = source${i}[i]; }
    return;
  }`;
  });
  const grid = folded(groups);
  const names = pieces.map((_, i) => `source${i}`);
  const kernel: Kernel = {
    name: "Copy",
    reads: Object.fromEntries(names.map((name) => [name, "f32" as ElementType])),
    writes: {destination: "f32"},
    code: `
@compute @workgroup_size(${GROUP})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = id.y * ${grid[0]}u + id.x;
  ${branches.join(" else ")}
}`
  };
  const sources = Object.fromEntries(pieces.map(({source}, i) => [`source${i}`, source]));
  dispatch(kernel, {...sources, destination: target}, grid);
}
