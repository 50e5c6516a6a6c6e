import type {Request} from "./protocol.js";
import {serveInference} from "./server.js";

/** The module worker in which a page's ONNX model runs, so that the page never waits for it. */
const handle = serveInference(self, import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"));
self.onmessage = ({data}: MessageEvent<Request>) => void handle(data);
