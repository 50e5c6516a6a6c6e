import {startNodeBackend} from "./nodeBackends.js";
import {findNodeWebgpu} from "./nodeWebgpu.js";

/** The quickest backend that Node has here: WebGPU on a real GPU, otherwise wasm, which beats a software adapter. */
export async function chooseNodeBackend(): Promise<string> {
  try {
    const adapter = await findNodeWebgpu();
    if (!adapter.isSoftware && Object.keys(adapter.env).length === 0) return await startNodeBackend("webgpu");
  } catch {
    // No WebGPU at all: wasm it is.
  }
  return startNodeBackend("wasm");
}
