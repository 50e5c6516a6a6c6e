import {fromOnnx} from "../../exchange/onnx/onnx.js";
import {fetchBytes} from "../../inference/fetchBytes.js";
import {TensorModel} from "../../model/tensorModel.js";
import {readTokenizer} from "../../text/tokenizerFile.js";
import {tokenTexts} from "../../text/tokenTexts.js";

/** A model from its ONNX file, on tfjs's current backend, and what tokens of it say. Rejects as `fetchBytes` and `fromOnnx`. */
export async function openShipped(
  url: string,
  onProgress: (loadedBytes: number, totalBytes: number | null) => void
): Promise<{model: TensorModel; texts(ids: ArrayLike<number>): string}> {
  const {config, parameters, metadata} = fromOnnx(await fetchBytes(url, onProgress));
  const tokenizer = readTokenizer(metadata.tokenizer);
  return {
    model: new TensorModel(config, parameters),
    texts: (ids) => tokenTexts(ids, tokenizer).join("")
  };
}
