import {create, fromBinary, toBinary} from "@bufbuild/protobuf";
import type {ModelConfig} from "../model/config.js";
import {type ParameterData, parameterShapes} from "../model/parameters.js";
import type {TokenizerFile} from "../text/tokenizer.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import {readModelConfig} from "./configReader.js";
import {FormatError} from "./formatError.js";
import {JsonReader} from "./jsonReader.js";
import {OPSET, onnxGraph} from "./onnxGraph.js";
import {type ModelProto, ModelProtoSchema, TensorProto_DataType} from "./onnxSchema_pb.js";
import {checkParameters} from "./parameterCheck.js";
import {type RunRecord, readRunRecord} from "./runRecord.js";
import {toFloats} from "./safetensors.js";

/** What an ONNX file of ours says beside its graph, so that the one file is enough to run the model. */
export interface OnnxMetadata {
  tokenizer: TokenizerFile;
  run: RunRecord;
}

export interface OnnxModelFile {
  config: ModelConfig;
  parameters: ParameterData;
  metadata: OnnxMetadata;
}

/** The keys of `metadata_props`; each value is JSON. */
const KEY = {version: "glassformer.version", config: "config", tokenizer: "tokenizer", run: "run"} as const;
/** The version that we write; 1 held GPT-2's kind of model only and is read too. */
const VERSION = 2;
/** Of the container format: the one that came with opset 17. */
const IR_VERSION = 8n;

/**
 * The model as an ONNX file: the graph of `onnxGraph`, weights as little-endian float32, and the
 * configuration, tokenizer and run record in `metadata_props`. Throws RangeError when the parameters are not
 * those of `config` or hold a number that is not finite.
 */
export function toOnnx({config, parameters, metadata}: OnnxModelFile): Uint8Array<ArrayBuffer> {
  checkParameters(config, parameters);
  const properties = {
    [KEY.version]: VERSION,
    [KEY.config]: config,
    [KEY.tokenizer]: metadata.tokenizer,
    [KEY.run]: metadata.run
  };
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: "glassformer",
    opsetImport: [{domain: "", version: BigInt(OPSET)}],
    graph: onnxGraph(config, parameters),
    metadataProps: Object.entries(properties).map(([key, value]) => ({key, value: JSON.stringify(value)}))
  });
  return toBinary(ModelProtoSchema, model);
}

/**
 * Reads a file that `toOnnx` wrote. Everything is checked before the first weight is copied. Throws
 * FormatError, with a sentence for people, when the file is damaged, cut short, or was not written by us.
 */
export function fromOnnx(bytes: Uint8Array): OnnxModelFile {
  const model = decode(bytes);
  const header = readHeader(model);
  const weights = findWeights(model, header.config);
  const parameters: ParameterData = {};
  for (const [name, {shape, raw}] of weights) {
    // A copy, because raw bytes may start anywhere and float32 arrays only at multiples of four.
    parameters[name] = {shape, data: toFloats(raw)};
  }
  try {
    checkParameters(header.config, parameters);
  } catch (error) {
    throw new FormatError(`This ONNX file cannot be used. ${(error as Error).message}`);
  }
  return {...header, parameters};
}

/** What the file says of its model, without copying its weights. Throws as `fromOnnx` does. */
export function readOnnxHeader(bytes: Uint8Array): Omit<OnnxModelFile, "parameters"> {
  const model = decode(bytes);
  const header = readHeader(model);
  findWeights(model, header.config);
  return header;
}

function decode(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes, {readUnknownFields: false});
  } catch {
    throw new FormatError("This is not a readable ONNX file: it is damaged, cut short, or of another kind.");
  }
}

function readHeader(model: ModelProto): Omit<OnnxModelFile, "parameters"> {
  const properties = new Map(model.metadataProps.map(({key, value}) => [key, value]));
  const read = (key: string) => {
    const text = properties.get(key);
    if (text === undefined)
      throw new FormatError(
        `This ONNX file has no "${key}" among its metadata: it is cut short, or another program wrote it.`
      );
    return JsonReader.parse(text, `The ONNX file's "${key}"`);
  };
  const version = read(KEY.version).integer();
  if (version !== 1 && version !== VERSION)
    throw new FormatError(
      `This ONNX file is of version ${version}; this program reads versions 1 and ${VERSION}. Use the program that wrote it, or a newer one.`
    );
  const config = readModelConfig(read(KEY.config), version);
  const tokenizer = read(KEY.tokenizer).as(readTokenizer);
  if (tokenizer.vocabulary.length !== config.vocabSize)
    throw new FormatError(
      `This ONNX file is damaged: its tokenizer has ${tokenizer.vocabulary.length} tokens and its model ${config.vocabSize}.`
    );
  return {config, metadata: {tokenizer: tokenizer.toJSON(), run: readRunRecord(read(KEY.run))}};
}

/** Every parameter's raw bytes, a view of the file; throws unless each is there once with its exact size. */
function findWeights(
  model: ModelProto,
  config: ModelConfig
): Map<string, {shape: number[]; raw: Uint8Array}> {
  const opset = model.opsetImport.find(({domain}) => domain === "")?.version;
  if (opset !== BigInt(OPSET))
    throw new FormatError(`This ONNX file uses operator set ${opset ?? "(none)"}; ${OPSET} was expected.`);
  const stored = new Map(model.graph?.initializer.map((tensor) => [tensor.name, tensor]));
  const weights = new Map<string, {shape: number[]; raw: Uint8Array}>();
  for (const [name, shape] of Object.entries(parameterShapes(config))) {
    const tensor = stored.get(name);
    if (!tensor) throw new FormatError(`This ONNX file lacks the weight ${name}: it is damaged or not ours.`);
    const dims = tensor.dims.map(Number);
    const size = shape.reduce((a, b) => a * b, 4);
    if (tensor.dataType !== TensorProto_DataType.FLOAT || dims.join() !== shape.join())
      throw new FormatError(
        `This ONNX file's weight ${name} is not float32 [${shape}] as its configuration says: it is damaged.`
      );
    if (tensor.rawData.byteLength !== size)
      throw new FormatError(
        `This ONNX file's weight ${name} has ${tensor.rawData.byteLength} bytes instead of ${size}: it is damaged.`
      );
    weights.set(name, {shape, raw: tensor.rawData});
  }
  return weights;
}
