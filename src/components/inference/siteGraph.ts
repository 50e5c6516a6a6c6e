import type {GraphOptions} from "../exchange/onnx/onnxGraph.js";

/** The graph that serves all of the site's pages, and decodes fastest in WebAssembly. */
export const SITE_GRAPH = {cache: "added", attention: true} as const satisfies Partial<GraphOptions>;
