import {parameterCount} from "../model/parameters.js";
import {type OnnxForward, type OpenForwardOptions, openOnnxForward} from "./onnxModel.js";

/**
 * Parameters from which on the GPU is tried at all. For a token at a time a small model keeps no GPU busy: at 22 million
 * parameters others saw WebAssembly 9.6 times as fast (github.com/huggingface/transformers.js/issues/1750). Above this the
 * GPU may win, and whether it does is measured.
 */
export const WEBGPU_FROM_PARAMETERS = 50_000_000;

/** Tokens that each reads for the measurement, after as many that warm it up. */
const TIMED_TOKENS = 8;

/**
 * Opens the file with what decodes faster on this device: WebAssembly for all small models and wherever there is no GPU;
 * for larger ones both are opened and each reads a few tokens, and the slower is closed again.
 */
export async function openFastest(
  bytes: Uint8Array,
  options: Omit<OpenForwardOptions, "provider"> & {from?: number} = {}
): Promise<OnnxForward> {
  const {from = WEBGPU_FROM_PARAMETERS, ...rest} = options;
  const wasm = await openOnnxForward(bytes, {...rest, provider: "wasm"});
  if (parameterCount(wasm.config) < from || !wasm.decoding || !(await hasGpu())) return wasm;
  let webgpu: OnnxForward;
  try {
    webgpu = await openOnnxForward(bytes, {...rest, provider: "webgpu"});
  } catch {
    return wasm; // a GPU that cannot open the model is no faster
  }
  const onWasm = await timeOf(wasm);
  const onWebgpu = await timeOf(webgpu).catch(() => Number.POSITIVE_INFINITY);
  const [faster, slower] = onWebgpu < onWasm ? [webgpu, wasm] : [wasm, webgpu];
  await slower.dispose();
  return faster;
}

/** Milliseconds a token. */
async function timeOf({config, decoding}: OnnxForward): Promise<number> {
  const reading = decoding!();
  const tokens = Math.min(TIMED_TOKENS, Math.floor(config.blockSize / 2));
  for (let i = 0; i < tokens; i++) await reading.read([0]);
  const start = performance.now();
  for (let i = 0; i < tokens; i++) await reading.read([0]);
  const ms = (performance.now() - start) / tokens;
  reading.dispose();
  return ms;
}

async function hasGpu(): Promise<boolean> {
  const adapter = await globalThis.navigator?.gpu?.requestAdapter().catch(() => null);
  return adapter != null && !adapter.info?.isFallbackAdapter;
}
