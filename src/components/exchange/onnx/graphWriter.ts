import {create} from "@bufbuild/protobuf";
import {toBytes} from "../safetensors/safetensors.js";
import {
  AttributeProto_AttributeType,
  type GraphProto,
  GraphProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType,
  type ValueInfoProto,
  ValueInfoProtoSchema
} from "./onnxSchema_pb.js";

/** A dimension of an input or output: a number, or the name of a size that is known only when the model runs. */
export type Dimension = number | string;

/** Attributes of a node: `float` and `int` say how a number is stored; arrays are whole numbers. */
export type Attributes = Record<string, {float: number} | {int: number} | number[]>;

/** Numbers stored in the file. */
export interface StoredTensor {
  name: string;
  dataType: TensorProto_DataType;
  shape: readonly number[];
  /** Little-endian, row-major; the memory of whoever stored them. */
  raw: Uint8Array<ArrayBuffer>;
}

/** Collects an ONNX graph node by node; every value is known by its name. */
export class GraphWriter {
  /** All of the graph but the tensors. */
  readonly graph: GraphProto;
  readonly tensors: StoredTensor[] = [];
  readonly #constants = new Set<string>();

  constructor(name: string) {
    this.graph = create(GraphProtoSchema, {name});
  }

  /** Appends a node and returns the name of its output, which is also the node's own name. */
  node(opType: string, inputs: string[], output: string, attributes?: Attributes): string {
    this.nodes(opType, inputs, [output], attributes);
    return output;
  }

  /** The same for a node with several outputs. */
  nodes(opType: string, inputs: string[], outputs: string[], attributes: Attributes = {}): string[] {
    const attribute = Object.entries(attributes).map(([name, value]) => {
      if (Array.isArray(value))
        return {name, type: AttributeProto_AttributeType.INTS, ints: value.map((n) => BigInt(n))};
      return "float" in value
        ? {name, type: AttributeProto_AttributeType.FLOAT, f: value.float}
        : {name, type: AttributeProto_AttributeType.INT, i: BigInt(value.int)};
    });
    const name = outputs[0] ?? "";
    this.graph.node.push(create(NodeProtoSchema, {opType, name, input: inputs, output: outputs, attribute}));
    return outputs;
  }

  /** A float32 tensor stored in the file, row-major. */
  floats(name: string, shape: readonly number[], data: Float32Array): string {
    return this.tensor(name, TensorProto_DataType.FLOAT, shape, data);
  }

  /** A tensor of any type; not copied. ONNX stores little-endian numbers, as every machine that runs this does. */
  tensor(
    name: string,
    dataType: TensorProto_DataType,
    shape: readonly number[],
    data: ArrayBufferView
  ): string {
    this.tensors.push({name, dataType, shape, raw: toBytes(data)});
    return name;
  }

  /** One float32 number. Constants are named by their values, so that each is stored once. */
  scalar(value: number): string {
    return this.#constant(`float.${value}`, TensorProto_DataType.FLOAT, [], Float32Array.of(value));
  }

  /** One int64 number. */
  integer(value: number): string {
    return this.#constant(`int.${value}`, TensorProto_DataType.INT64, [], BigInt64Array.of(BigInt(value)));
  }

  /** A list of int64 numbers. */
  integers(values: number[]): string {
    const data = BigInt64Array.from(values, (n) => BigInt(n));
    return this.#constant(`ints.${values.join("_")}`, TensorProto_DataType.INT64, [values.length], data);
  }

  integerInput(name: string, shape: Dimension[]): void {
    this.graph.input.push(valueInfo(name, TensorProto_DataType.INT64, shape));
  }

  floatInput(name: string, shape: Dimension[]): void {
    this.graph.input.push(valueInfo(name, TensorProto_DataType.FLOAT, shape));
  }

  output(name: string, shape: Dimension[]): void {
    this.graph.output.push(valueInfo(name, TensorProto_DataType.FLOAT, shape));
  }

  #constant(
    name: string,
    dataType: TensorProto_DataType,
    shape: number[],
    data: Float32Array | BigInt64Array
  ): string {
    if (!this.#constants.has(name)) this.tensor(name, dataType, shape, data);
    this.#constants.add(name);
    return name;
  }
}

function valueInfo(name: string, elemType: TensorProto_DataType, shape: Dimension[]): ValueInfoProto {
  const dim = shape.map((size) =>
    typeof size === "number"
      ? {value: {case: "dimValue" as const, value: BigInt(size)}}
      : {value: {case: "dimParam" as const, value: size}}
  );
  const value = {case: "tensorType" as const, value: {elemType, shape: {dim}}};
  return create(ValueInfoProtoSchema, {name, type: {value}});
}
