import type {ModelConfig} from "../model/config.js";
import type {ParameterData} from "../model/parameters.js";
import type {Tokenizer, TokenizerFile} from "../text/tokenizer.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import {FormatError} from "./formatError.js";
import {JsonReader} from "./jsonReader.js";
import {MODEL_FILES} from "./modelFiles.js";
import {readOnnxHeader, toOnnx} from "./onnx/onnx.js";
import {publishedConfig} from "./publishedConfig.js";
import {type RunRecord, readRunRecord} from "./runRecord.js";

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
    [MODEL_FILES.config]: json(publishedConfig(config)),
    [MODEL_FILES.run]: json(run)
  };
}

/** The files of an exported folder, checked against each other. */
export interface ModelFolder {
  config: ModelConfig;
  tokenizer: Tokenizer;
  run: RunRecord;
}

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
  for (const [key, value] of Object.entries(publishedConfig(config)))
    if (typeof value !== "object") stored.get(key).expect(value, `as in ${MODEL_FILES.onnx}`);
  return {config, tokenizer, run: readRunRecord(parse(MODEL_FILES.run))};
}

/** A file of JSON, indented for people, with each point of a curve on a line of its own. */
export const json = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(/\{\s+"step":[^}]*\}/g, (point) => point.replace(/\s+/g, " "))}\n`;
