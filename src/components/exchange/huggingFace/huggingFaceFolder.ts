import type {ModelConfig} from "../../model/config.js";
import {type ParameterData, parameterShapes} from "../../model/parameters.js";
import type {TokenizerFile} from "../../text/tokenizer.js";
import {HUGGING_FACE_FILES, MODEL_FILES} from "../modelFiles.js";
import {json} from "../modelFolder.js";
import {publishedConfig} from "../publishedConfig.js";
import type {RunRecord} from "../runRecord.js";
import {safetensorsHeader, toBytes} from "../safetensors/safetensors.js";
import type {ZipFile} from "../zip/zipWriter.js";
import {huggingFaceParts, takePart} from "./huggingFaceWeights.js";
import {modelCard} from "./modelCard.js";

export interface FolderModel {
  config: ModelConfig;
  parameters: ParameterData;
  tokenizer: TokenizerFile;
  /** Null where the model was not trained here. */
  run: RunRecord | null;
  /** The same model as `toOnnx` writes it. */
  onnx: Uint8Array<ArrayBuffer>;
}

/** Keys of the metadata in `model.safetensors`, so that the file alone is enough to know the model. */
export const WEIGHTS_KEY = {config: "glassformer.config", run: "glassformer.run"} as const;

/** Of the form in which the weights hold the configuration; see `ConfigVersion`. */
const CONFIG_VERSION = 3;

/**
 * The files that Hugging Face's libraries look for, transformers.js in `onnx/`, and `run.json`, from which this site
 * restores the rest. Weights are made piece by piece while they are read.
 */
export function huggingFaceFolder(model: FolderModel): ZipFile[] {
  const {config, tokenizer, run, onnx} = model;
  return [
    {name: HUGGING_FACE_FILES.card, content: modelCard(model)},
    {name: MODEL_FILES.config, content: json(publishedConfig(config))},
    {name: HUGGING_FACE_FILES.generation, content: json(generationConfig(config))},
    {name: MODEL_FILES.tokenizer, content: json(tokenizer)},
    {name: HUGGING_FACE_FILES.tokenizerConfig, content: json(tokenizerConfig(config, tokenizer))},
    ...(run ? [{name: MODEL_FILES.run, content: json(run)}] : []),
    {name: HUGGING_FACE_FILES.weights, content: weights(model)},
    {name: MODEL_FILES.onnx, content: [onnx]}
  ];
}

/** `model.safetensors` in pieces: its header, then a tensor at a time, which other classes than ours load by name. */
function* weights({config, parameters, run}: FolderModel): Generator<Uint8Array<ArrayBuffer>> {
  const parts = huggingFaceParts(config);
  const metadata = {
    format: "pt",
    [WEIGHTS_KEY.config]: JSON.stringify({version: CONFIG_VERSION, ...config}),
    ...(run && {[WEIGHTS_KEY.run]: JSON.stringify(run)})
  };
  yield safetensorsHeader(
    parts.map(({name, shape}) => ({name, shape, dtype: "F32"})),
    metadata
  );
  for (const part of parts) yield toBytes(takePart(part, parameters[part.of]!).data);
}

/** How a text is continued unless the caller asks for something else: the likeliest token each time, within the context. */
const generationConfig = ({blockSize}: ModelConfig) => ({
  do_sample: false,
  max_length: blockSize,
  bos_token_id: null,
  eos_token_id: null
});

/** Never names a padding token that is a character of the text. */
function tokenizerConfig({blockSize}: ModelConfig, {added_tokens, model}: TokenizerFile) {
  const [added] = (added_tokens ?? []) as {content: string}[];
  return {
    tokenizer_class: "PreTrainedTokenizerFast",
    clean_up_tokenization_spaces: false,
    model_max_length: blockSize,
    ...(typeof model.unk_token === "string" && {unk_token: model.unk_token}),
    ...(added && {pad_token: added.content})
  };
}

/** Bytes of the files, text not counted: what packing them has to do. */
export const folderBytes = ({config, onnx}: Pick<FolderModel, "config" | "onnx">): number =>
  onnx.length +
  Object.values(parameterShapes(config)).reduce(
    (sum, shape) => sum + 4 * shape.reduce((a, b) => a * b, 1),
    0
  );
