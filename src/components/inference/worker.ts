import type {Request} from "./protocol.js";
import {serveInference} from "./server.js";

/** The module worker in which a page's ONNX model runs, so that the page never waits for it. */
const handle = serveInference(self, {
  wasm: import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"),
  webgpu: import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm")
});
self.onmessage = ({data}: MessageEvent<Request>) => void handle(data);
