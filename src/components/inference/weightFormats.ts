import {predictText} from "../evaluation/predictions.js";
import {WEIGHT_FORMATS, type WeightFormat} from "../exchange/onnx/onnxWeights.js";
import type {Tokenizer} from "../text/tokenizer.js";
import {openOnnxModelInWorker} from "./client.js";
import type {OnnxModel} from "./onnxModel.js";

/** What a way to store the weights costs and saves. */
export interface FormatLoss {
  weights: WeightFormat;
  /** Of the file. */
  bytes: number;
  /** Mean −ln p over the tokens of the text but the first, in nats. */
  loss: number;
  /** Of the loss, from that with float32 weights. */
  difference: number;
}

export interface FormatOptions {
  signal?: AbortSignal;
  /** How many predictions of how many are made, over all formats. */
  onProgress?: (done: number, total: number) => void;
  /** For tests and Node. */
  open?: (
    model: Uint8Array | string,
    options: Parameters<typeof openOnnxModelInWorker>[1]
  ) => Promise<OnnxModel>;
}

/**
 * Stores the weights of an ONNX file of ours in every format and lets each model predict a text that it has not seen, in
 * disjoint windows, in ONNX Runtime. float32 comes first; files that hold less lose nothing more by it. Rejects as
 * `openOnnxModelInWorker` and `predictText` do, and with RangeError for weights that a format cannot hold.
 */
export async function measureWeightFormats(
  file: Uint8Array | string,
  tokenizer: Tokenizer,
  text: Uint16Array,
  {signal, onProgress, open = openOnnxModelInWorker}: FormatOptions = {}
): Promise<FormatLoss[]> {
  const found: FormatLoss[] = [];
  for (const [i, weights] of WEIGHT_FORMATS.entries()) {
    const graph = {weights, attention: false};
    const model = await open(file, {label: weights, tokenizer, graph, ...(signal && {signal})});
    try {
      let nats = 0;
      const total = text.length - 1;
      await predictText(
        model,
        text,
        (prediction) => {
          nats += prediction.nats;
        },
        {
          stride: model.config.blockSize,
          onProgress: (done) => onProgress?.(i * total + done, WEIGHT_FORMATS.length * total),
          ...(signal && {signal})
        }
      );
      const loss = nats / total;
      found.push({weights, bytes: model.fileBytes, loss, difference: loss - (found[0]?.loss ?? loss)});
    } finally {
      model.dispose();
    }
  }
  return found;
}
