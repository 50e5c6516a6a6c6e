import type {Engine} from "./protocol.js";

/** The engines in the order in which they are timed; what each is, for people. */
export const ENGINES: readonly {engine: Engine; label: string; is: string}[] = [
  {engine: "loops", label: "Plain loops", is: "our own, without any library"},
  {engine: "cpu", label: "CPU", is: "TensorFlow.js, its operations in JavaScript"},
  {engine: "wasm", label: "WebAssembly", is: "the same operations, compiled, and kernels of ours"},
  {engine: "webgpu", label: "WebGPU", is: "kernels of ours on the graphics processor"}
];

/** Steps that each takes; the first is not counted. */
export const STEPS = 4;
