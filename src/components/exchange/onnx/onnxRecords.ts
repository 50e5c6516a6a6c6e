import {BinaryReader, WireType} from "@bufbuild/protobuf/wire";
import {inShort} from "../../errorMessage.js";
import {FormatError} from "../formatError.js";

/** A tensor as a file stores it. */
export interface OnnxTensor {
  dims: number[];
  /** A number of `TensorProto.DataType`. */
  dataType: number;
  /** A view of the file. */
  rawData: Uint8Array;
}

/** What is read of an ONNX file. */
export interface OnnxRecords {
  /** The version of ONNX's own operators; null where there is none. */
  opset: number | null;
  /** `metadata_props`. */
  properties: ReadonlyMap<string, string>;
  /** The graph's initializers, by name. */
  tensors: ReadonlyMap<string, OnnxTensor>;
}

/** Numbers of fields in onnx.proto. */
const MODEL = {graph: 7, opset: 8, property: 14} as const;
const OPSET = {domain: 1, version: 2} as const;
const PROPERTY = {key: 1, value: 2} as const;
const GRAPH = {initializer: 5} as const;
const TENSOR = {dims: 1, dataType: 2, name: 8, rawData: 9} as const;

const MOST_DIMENSIONS = 8;
/** Of opsets, properties and initializers each. */
const MOST_RECORDS = 10_000;
/** Of a record, its nodes and what else is passed over. */
const MOST_FIELDS = 200_000;

/**
 * The records of a file that hold the model. All others, the graph's nodes above all, are passed over and take no memory,
 * which two bytes of a file can ask for hundreds of. Throws FormatError where the bytes are no such records, and where
 * something is there twice or beyond measure.
 */
export function readOnnxRecords(bytes: Uint8Array): OnnxRecords {
  try {
    return readModel(bytes);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError("This is not a readable ONNX file: it is damaged, cut short, or of another kind.");
  }
}

function readModel(bytes: Uint8Array): OnnxRecords {
  const opsets = new Map<string, number>();
  const properties = new Map<string, string>();
  const tensors = new Map<string, OnnxTensor>();
  readFields(bytes, {
    [MODEL.graph]: (reader) =>
      readFields(reader.bytes(), {
        [GRAPH.initializer]: (reader) => putOnce(tensors, ...readTensor(reader.bytes()))
      }),
    [MODEL.opset]: (reader) => putOnce(opsets, ...readOpset(reader.bytes())),
    [MODEL.property]: (reader) => putOnce(properties, ...readProperty(reader.bytes()))
  });
  return {opset: opsets.get("") ?? null, properties, tensors};
}

function readOpset(bytes: Uint8Array): [domain: string, version: number] {
  let [domain, version] = ["", 0];
  readFields(bytes, {
    [OPSET.domain]: (reader) => {
      domain = reader.string(true);
    },
    [OPSET.version]: (reader) => {
      version = Number(reader.int64());
    }
  });
  return [domain, version];
}

function readProperty(bytes: Uint8Array): [key: string, value: string] {
  let [key, value] = ["", ""];
  readFields(bytes, {
    [PROPERTY.key]: (reader) => {
      key = reader.string(true);
    },
    [PROPERTY.value]: (reader) => {
      value = reader.string(true);
    }
  });
  return [key, value];
}

function readTensor(bytes: Uint8Array): [name: string, tensor: OnnxTensor] {
  let name = "";
  const tensor: OnnxTensor = {dims: [], dataType: 0, rawData: new Uint8Array(0)};
  readFields(bytes, {
    [TENSOR.dims](reader, type) {
      // One by one or all in one field, as writers like.
      const end = type === WireType.LengthDelimited ? reader.uint32() + reader.pos : reader.pos + 1;
      while (reader.pos < end) {
        tensor.dims.push(Number(reader.int64()));
        if (tensor.dims.length > MOST_DIMENSIONS)
          throw new FormatError(`This ONNX file has a tensor of more than ${MOST_DIMENSIONS} dimensions.`);
      }
    },
    [TENSOR.dataType]: (reader) => {
      tensor.dataType = reader.int32();
    },
    [TENSOR.name]: (reader) => {
      name = reader.string(true);
    },
    [TENSOR.rawData]: (reader) => {
      tensor.rawData = reader.bytes();
    }
  });
  return [name, tensor];
}

/** Goes through a message's fields; those without a reader are passed over. */
function readFields(
  bytes: Uint8Array,
  readers: Readonly<Record<number, (reader: BinaryReader, type: WireType) => void>>
): void {
  const reader = new BinaryReader(bytes);
  for (let i = 0; reader.pos < reader.len; i++) {
    if (i >= MOST_FIELDS)
      throw new FormatError(
        `This ONNX file has more than ${MOST_FIELDS.toLocaleString("en")} parts, far more than a model of ours.`
      );
    const [field, type] = reader.tag();
    const read = readers[field];
    if (read) read(reader, type);
    else reader.skip(type, field);
  }
}

function putOnce<Value>(records: Map<string, Value>, name: string, value: Value): void {
  if (records.has(name))
    throw new FormatError(`This ONNX file is damaged: ${inShort(name, 120)} is there twice.`);
  if (records.size >= MOST_RECORDS)
    throw new FormatError(
      `This ONNX file has more than ${MOST_RECORDS.toLocaleString("en")} weights or remarks, far more than a model of ours.`
    );
  records.set(name, value);
}
