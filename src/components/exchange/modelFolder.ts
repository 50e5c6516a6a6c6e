import type {ModelConfig} from "../model/config.js";
import type {ParameterData} from "../model/parameters.js";
import type {Tokenizer, TokenizerFile} from "../text/tokenizer.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import {FormatError} from "./formatError.js";
import {JsonReader} from "./jsonReader.js";
import {readOnnxHeader, toOnnx} from "./onnx.js";
import {type RunRecord, readRunRecord} from "./runRecord.js";

/** Where things lie in the folder of an exported model; the layout is Hugging Face's. */
export const MODEL_FILES = {
  onnx: "onnx/model.onnx",
  tokenizer: "tokenizer.json",
  config: "config.json",
  run: "run.json"
} as const;

export interface ExportedModel {
  config: ModelConfig;
  parameters: ParameterData;
  tokenizer: TokenizerFile;
  run: RunRecord;
}

/** The files of the folder by name: text where a person may want to read it, bytes otherwise. */
export function modelFolder({
  config,
  parameters,
  tokenizer,
  run
}: ExportedModel): Record<string, string | Uint8Array> {
  return {
    [MODEL_FILES.onnx]: toOnnx({config, parameters, metadata: {tokenizer, run}}),
    [MODEL_FILES.tokenizer]: json(tokenizer),
    [MODEL_FILES.config]: json(gpt2Config(config)),
    [MODEL_FILES.run]: json(run)
  };
}

/** `config.json` of Hugging Face's GPT-2. */
export function gpt2Config(config: ModelConfig): Record<string, unknown> {
  return {
    model_type: "gpt2",
    architectures: ["GPT2LMHeadModel"],
    n_layer: config.nLayer,
    n_head: config.nHead,
    n_embd: config.nEmbd,
    n_inner: config.nInner,
    n_positions: config.blockSize,
    vocab_size: config.vocabSize,
    activation_function: "gelu_new",
    layer_norm_epsilon: 1e-5,
    tie_word_embeddings: true,
    embd_pdrop: 0,
    attn_pdrop: 0,
    resid_pdrop: 0,
    // A character model has neither a first nor a last token; without these lines GPT-2's own would be assumed.
    bos_token_id: null,
    eos_token_id: null,
    torch_dtype: "float32"
  };
}

/** The files of an exported folder, checked against each other. */
export interface ModelFolder {
  config: ModelConfig;
  tokenizer: Tokenizer;
  run: RunRecord;
}

/** Reads `run.json`. Throws FormatError, with a sentence for people, when it is something else. */
export const parseRunRecord = (text: string): RunRecord =>
  readRunRecord(JsonReader.parse(text, MODEL_FILES.run));

/**
 * Checks that the files belong together and reads what is small of them. Throws FormatError naming the file
 * that is missing, damaged or of another model.
 */
export function readModelFolder(files: Record<string, Uint8Array | undefined>): ModelFolder {
  const bytes = (name: string) => {
    const found = files[name];
    if (!found) throw new FormatError(`${name} is missing from the model's folder.`);
    return found;
  };
  const parse = (name: string) => JsonReader.parse(new TextDecoder().decode(bytes(name)), name);

  const {config} = readOnnxHeader(bytes(MODEL_FILES.onnx));
  const tokenizer = parse(MODEL_FILES.tokenizer).as(readTokenizer);
  if (tokenizer.vocabulary.length !== config.vocabSize)
    throw new FormatError(
      `${MODEL_FILES.tokenizer} has ${tokenizer.vocabulary.length} tokens, but the model has ${config.vocabSize}.`
    );
  const stored = parse(MODEL_FILES.config);
  for (const [key, value] of Object.entries(gpt2Config(config)))
    if (typeof value === "number" && stored.get(key).number() !== value)
      stored.get(key).fail(`${value}, as in ${MODEL_FILES.onnx}`);
  return {config, tokenizer, run: readRunRecord(parse(MODEL_FILES.run))};
}

/** Indented for people, with each point of a curve on a line of its own. */
const json = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(/\{\s+"step":[^}]*\}/g, (point) => point.replace(/\s+/g, " "))}\n`;
