import {create, toBinary} from "@bufbuild/protobuf";
import {BinaryWriter, WireType} from "@bufbuild/protobuf/wire";
import type {StoredTensor} from "./graphWriter.js";
import {
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  TensorProtoSchema
} from "./onnxSchema_pb.js";

/** Numbers of fields in onnx.proto. */
const GRAPH_OF_MODEL = 7;
const INITIALIZER_OF_GRAPH = 5;
const RAW_DATA_OF_TENSOR = 9;

/**
 * A model's file in pieces: what Protocol Buffers encode, and between it the tensors' own memory. A message within
 * another is its length and its bytes, so that the encoder would copy every weight once for each level; here the
 * lengths are added up and the weights stay where they are.
 */
export function onnxParts(
  model: ModelProto,
  graph: GraphProto,
  tensors: readonly StoredTensor[]
): Uint8Array<ArrayBuffer>[] {
  const initializers = tensors.flatMap(({name, dataType, shape, raw}) => {
    const dims = shape.map((n) => BigInt(n));
    const header = toBinary(TensorProtoSchema, create(TensorProtoSchema, {name, dataType, dims}));
    return field(INITIALIZER_OF_GRAPH, [header, ...field(RAW_DATA_OF_TENSOR, [raw])]);
  });
  return [
    toBinary(ModelProtoSchema, model),
    ...field(GRAPH_OF_MODEL, [toBinary(GraphProtoSchema, graph), ...initializers])
  ];
}

/** Bytes as a field of that number: its tag, its length, and the bytes themselves. */
function field(number: number, content: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer>[] {
  const length = content.reduce((sum, {length}) => sum + length, 0);
  return [new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(length).finish(), ...content];
}
