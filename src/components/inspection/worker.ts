import {startBackend} from "../webgpu/backends.js";
import type {InspectionRequest} from "./protocol.js";
import {serveInspection} from "./server.js";

/** The module worker in which a chapter looks inside a model. One window is little work: WebAssembly starts at once. */
const handle = serveInspection(self, () => startBackend("wasm"));
self.onmessage = ({data}: MessageEvent<InspectionRequest>) => void handle(data);
