import {FormatError} from "../exchange/formatError.js";
import {readOnnxHeader} from "../exchange/onnx.js";
import {attentionOutput, INPUT_IDS, LOGITS} from "../exchange/onnxPass.js";
import {attentionLayers, type ModelConfig} from "../model/config.js";
import type {Tokenizer} from "../text/tokenizer.js";
import type {LanguageModel, Trace} from "./languageModel.js";
import {checkBatch, checkIds, checkTokenizer} from "./modelInput.js";
import {loadOrt, openOrtSession} from "./ort.js";

/** An ONNX file of ours, running: the part of a `LanguageModel` that a worker can hold. */
export interface OnnxForward {
  readonly config: ModelConfig;
  /** Rejects with RangeError unless 1 … blockSize ids of the vocabulary are given. */
  trace(ids: ArrayLike<number>, attention: boolean): Promise<Trace>;
  /** [batch, T, V], of `batch` windows of one length. Rejects with RangeError for anything else. */
  scores(ids: ArrayLike<number>, batch: number): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * Opens a file that `toOnnx` wrote in this very thread. `wasm` delivers ONNX Runtime's binary in a browser.
 * Rejects with FormatError when the file is not one of ours or is damaged.
 */
export async function openOnnxForward(
  bytes: Uint8Array,
  wasm?: () => Promise<ArrayBuffer>
): Promise<OnnxForward> {
  const {config} = readOnnxHeader(bytes);
  const ort = await loadOrt(wasm);
  const session = await openOrtSession(ort, bytes).catch((error: Error) => {
    throw new FormatError(`ONNX Runtime cannot open this file; it is damaged. It says: ${error.message}`);
  });
  return {
    config,
    async trace(ids, attention) {
      checkIds(ids, config);
      const count = attention ? attentionLayers(config) : 0;
      const layers = Array.from({length: count}, (_, i) => attentionOutput(i));
      const outputs = await session.run(inputs(ids, 1), [LOGITS, ...layers]);
      return {
        ids: Uint16Array.from(ids),
        logits: outputs[LOGITS]!,
        attention: count > 0 ? join(layers.map((name) => outputs[name]!)) : null
      };
    },
    async scores(ids, batch) {
      checkBatch(ids, batch, config);
      return (await session.run(inputs(ids, batch), [LOGITS]))[LOGITS]!;
    },
    dispose: () => session.dispose()
  };
}

const inputs = (ids: ArrayLike<number>, batch: number) => ({
  [INPUT_IDS]: {
    data: BigInt64Array.from(Array.from(ids, (id) => BigInt(id))),
    shape: [batch, ids.length / batch]
  }
});

/**
 * The same as a `LanguageModel`, for Node and for tests; a page uses `openOnnxModelInWorker` of `client.ts`.
 * Rejects with RangeError when the tokenizer is not the model's size.
 */
export async function openOnnxModel(
  bytes: Uint8Array,
  {label, tokenizer}: {label: string; tokenizer: Tokenizer}
): Promise<LanguageModel> {
  const forward = await openOnnxForward(bytes);
  checkTokenizer(tokenizer, forward.config);
  return {
    label,
    config: forward.config,
    tokenizer,
    async trace(ids, {attention = false, signal} = {}) {
      signal?.throwIfAborted();
      const trace = await forward.trace(ids, attention);
      signal?.throwIfAborted();
      return trace;
    },
    async scores(ids, batch, {signal} = {}) {
      signal?.throwIfAborted();
      const logits = await forward.scores(ids, batch);
      signal?.throwIfAborted();
      return logits;
    },
    dispose: () => void forward.dispose()
  };
}

function join(arrays: Float32Array[]): Float32Array {
  const joined = new Float32Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let offset = 0;
  for (const array of arrays) {
    joined.set(array, offset);
    offset += array.length;
  }
  return joined;
}
