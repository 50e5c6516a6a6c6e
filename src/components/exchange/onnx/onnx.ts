import {create} from "@bufbuild/protobuf";
import type {ModelConfig} from "../../model/config.js";
import {type ParameterData, parameterShapes} from "../../model/parameters.js";
import type {TokenizerFile} from "../../text/tokenizer.js";
import {readTokenizer} from "../../text/tokenizerFile.js";
import {readModelConfig} from "../configReader.js";
import {FormatError} from "../formatError.js";
import {joinBytes} from "../joinBytes.js";
import {JsonReader} from "../jsonReader.js";
import {checkParameters} from "../parameterCheck.js";
import {type RunRecord, readRunRecord} from "../runRecord.js";
import type {StoredTensor} from "./graphWriter.js";
import {type GraphOptions, graphOptions, OPSET, onnxGraph} from "./onnxGraph.js";
import {onnxParts} from "./onnxParts.js";
import {CACHE_KINDS} from "./onnxPass.js";
import {type OnnxRecords, readOnnxRecords} from "./onnxRecords.js";
import {ModelProtoSchema} from "./onnxSchema_pb.js";
import {type FoundWeight, findWeight, storeWeights, WEIGHT_FORMATS} from "./onnxWeights.js";

/** What an ONNX file of ours says beside its graph, so that the one file is enough to run the model. */
export interface OnnxMetadata {
  tokenizer: TokenizerFile;
  /** Null where the model was not trained here. */
  run: RunRecord | null;
}

export interface OnnxModelFile {
  config: ModelConfig;
  parameters: ParameterData;
  metadata: OnnxMetadata;
}

/** All that a file says but its weights. */
export interface OnnxHeader extends Omit<OnnxModelFile, "parameters"> {
  /** Of the file; see `readOnnxHeader`. */
  version: OnnxVersion;
  /** What the graph has. */
  graph: GraphOptions;
}

/** The keys of `metadata_props`; each value is JSON. */
const KEY = {
  version: "glassformer.version",
  config: "config",
  tokenizer: "tokenizer",
  run: "run",
  graph: "graph",
  licence: "licence"
} as const;
/**
 * The version that we write. 1 held GPT-2's kind of model only; until 2 graphs took nothing but `input_ids` and always
 * had the attention weights as outputs. All are read.
 */
export const ONNX_VERSION = 3;
export type OnnxVersion = 1 | 2 | 3;
/** Of the container format: the one that came with opset 17. */
const IR_VERSION = 8n;

/**
 * The model as an ONNX file: the graph of `onnxGraph` with what `options` ask for and the model can have, and the
 * configuration, tokenizer, run record and a note on the licence in `metadata_props`. Throws RangeError when the
 * parameters are not those of `config`, or hold a number that is not finite or that the format of weights cannot hold.
 */
export const toOnnx = (file: OnnxModelFile, options: Partial<GraphOptions> = {}): Uint8Array<ArrayBuffer> =>
  joinBytes(toOnnxParts(file, options));

/** The same file in pieces, which share the memory of float32 weights: for a Blob, or to be counted. */
export function toOnnxParts(
  {config, parameters, metadata}: OnnxModelFile,
  options: Partial<GraphOptions> = {}
): Uint8Array<ArrayBuffer>[] {
  checkParameters(config, parameters);
  const asked = graphOptions(config, options);
  return fileParts(config, metadata, asked, storeWeights(parameters, asked.weights));
}

/**
 * A file of ours, of any version, with another graph: what `options` do not name stays as it is. Weights that keep their
 * format are copied as they are stored. Throws FormatError as `fromOnnx` does.
 */
export function rewriteOnnx(bytes: Uint8Array, options: Partial<GraphOptions>): Uint8Array<ArrayBuffer> {
  const model = readOnnxRecords(bytes);
  const {config, metadata, graph} = readHeader(model);
  const asked = graphOptions(config, {...graph, ...options});
  if (asked.weights !== graph.weights) return toOnnx(fromOnnx(bytes), asked);
  const stored = [...findWeights(model, config, graph).values()].flatMap(({stored}) => stored);
  return joinBytes(fileParts(config, metadata, asked, stored));
}

function fileParts(
  config: ModelConfig,
  metadata: OnnxMetadata,
  asked: GraphOptions,
  stored: readonly StoredTensor[]
): Uint8Array<ArrayBuffer>[] {
  const {graph, tensors} = onnxGraph(config, stored, asked);
  const properties = {
    [KEY.version]: ONNX_VERSION,
    [KEY.config]: config,
    [KEY.tokenizer]: metadata.tokenizer,
    [KEY.run]: metadata.run,
    [KEY.graph]: asked,
    [KEY.licence]: licenceNote(metadata.run)
  };
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: "glassformer",
    docString: description(asked),
    opsetImport: [{domain: "", version: BigInt(OPSET)}],
    metadataProps: Object.entries(properties).map(([key, value]) => ({key, value: JSON.stringify(value)}))
  });
  return onnxParts(model, graph, tensors);
}

const licenceNote = (run: RunRecord | null): string =>
  run === null ? "The licence is that of the files that the model was opened from." : ofText(run);

const ofText = ({corpus}: RunRecord): string =>
  `The weights were learnt from the text "${corpus.name}" (source: ${corpus.source}; licence: ${corpus.license}). Whoever passes this file on answers for the terms of that text.`;

/** For people who open the file elsewhere. */
function description({cache, weights}: GraphOptions): string {
  const reading =
    cache === "none"
      ? "Reads whole windows: this model keeps no keys and values, so there are no past_key_values."
      : "Reads token by token with past_key_values, which begin with no tokens.";
  return weights === "float32" ? reading : `${reading} Weights are stored as ${weights}.`;
}

/**
 * Reads a file that `toOnnx` wrote, now or in an older version; float16 and int8 weights as the float32 numbers that
 * they stand for. Everything is checked before the first weight is copied. Throws FormatError, with a sentence for
 * people, when the file is damaged, cut short, or was not written by us.
 */
export function fromOnnx(bytes: Uint8Array): OnnxModelFile {
  const model = readOnnxRecords(bytes);
  const {config, metadata, graph} = readHeader(model);
  const weights = findWeights(model, config, graph);
  const parameters: ParameterData = {};
  for (const [name, {shape, read}] of weights) parameters[name] = {shape, data: read()};
  try {
    checkParameters(config, parameters);
  } catch (error) {
    throw new FormatError(`This ONNX file cannot be used. ${(error as Error).message}`);
  }
  return {config, metadata, parameters};
}

/** What the file says of its model, without copying its weights. Throws as `fromOnnx` does. */
export function readOnnxHeader(bytes: Uint8Array): OnnxHeader {
  const model = readOnnxRecords(bytes);
  const header = readHeader(model);
  findWeights(model, header.config, header.graph);
  return header;
}

function readHeader({properties}: OnnxRecords): OnnxHeader {
  const read = (key: string) => {
    const text = properties.get(key);
    if (text === undefined)
      throw new FormatError(
        `This ONNX file has no "${key}" among its metadata: it is cut short, or another program wrote it.`
      );
    return JsonReader.parse(text, `The ONNX file's "${key}"`);
  };
  const version = read(KEY.version).integer();
  if (version !== 1 && version !== 2 && version !== ONNX_VERSION)
    throw new FormatError(
      `This ONNX file is of version ${version}; this program reads versions 1 to ${ONNX_VERSION}. Use the program that wrote it, or a newer one.`
    );
  const config = readModelConfig(read(KEY.config), version);
  const tokenizer = read(KEY.tokenizer).as(readTokenizer);
  if (tokenizer.vocabulary.length !== config.vocabSize)
    throw new FormatError(
      `This ONNX file is damaged: its tokenizer has ${tokenizer.vocabulary.length} tokens and its model ${config.vocabSize}.`
    );
  return {
    config,
    metadata: {tokenizer: tokenizer.toJSON(), run: read(KEY.run).nullable(readRunRecord)},
    version,
    graph: graphOptions(config, version < 3 ? {cache: "none", attention: true} : readGraph(read(KEY.graph)))
  };
}

const readGraph = (json: JsonReader): GraphOptions => ({
  cache: json.get("cache").oneOf(CACHE_KINDS),
  attention: json.get("attention").boolean(),
  weights: json.get("weights").oneOf(WEIGHT_FORMATS)
});

/** Every parameter, not yet copied; throws unless each is there once with its exact size. */
function findWeights(
  {opset, tensors}: OnnxRecords,
  config: ModelConfig,
  {weights}: GraphOptions
): Map<string, FoundWeight> {
  if (opset !== OPSET)
    throw new FormatError(`This ONNX file uses operator set ${opset ?? "(none)"}; ${OPSET} was expected.`);
  const found = Object.entries(parameterShapes(config)).map(
    ([name, shape]) => [name, findWeight(tensors, name, shape, weights)] as const
  );
  return new Map(found);
}
