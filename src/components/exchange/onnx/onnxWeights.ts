import type {ParameterData} from "../../model/parameters.js";
import {fromFloat16, LARGEST_FLOAT16, toFloat16} from "../float16.js";
import {FormatError} from "../formatError.js";
import {toBytes, toFloats} from "../safetensors/safetensors.js";
import type {GraphWriter, StoredTensor} from "./graphWriter.js";
import type {OnnxTensor} from "./onnxRecords.js";
import {TensorProto_DataType} from "./onnxSchema_pb.js";
import {channelAxis, dequantise, quantise} from "./quantise.js";

/**
 * How a file stores the weights. All are computed with in float32, so that every runtime can; what differs is the size:
 *
 *   float32  as they are
 *   float16  rounded to halves, with a Cast to float32: half the bytes
 *   int8     matrices as whole numbers −127 … 127 times a scale for each channel, with a DequantizeLinear: a quarter.
 *            Biases and gains, which are few, stay float32
 */
export const WEIGHT_FORMATS = ["float32", "float16", "int8"] as const;
export type WeightFormat = (typeof WEIGHT_FORMATS)[number];

/** How one parameter is stored: the scales of int8 are of the channels along `axis`. */
type Storage = {type: "float32"} | {type: "float16"} | {type: "int8"; axis: 0 | 1};

function storageOf(name: string, shape: readonly number[], format: WeightFormat): Storage {
  // The counts of the bigram are no weights: they go beyond what halves and bytes can tell apart.
  if (format === "float32" || name === "bigram.counts") return {type: "float32"};
  if (format === "float16") return {type: "float16"};
  if (shape.length !== 2) return {type: "float32"};
  return {type: "int8", axis: channelAxis(name)};
}

/**
 * Every parameter's numbers as a file stores them; float32 ones share the parameters' memory. Throws RangeError for a
 * number that the format cannot hold.
 */
export const storeWeights = (parameters: ParameterData, format: WeightFormat): StoredTensor[] =>
  Object.entries(parameters).flatMap(([name, {shape, data}]) =>
    storeWeight(name, shape, data, storageOf(name, shape, format))
  );

function storeWeight(name: string, shape: number[], data: Float32Array, storage: Storage): StoredTensor[] {
  switch (storage.type) {
    case "float32":
      return [tensorOf(name, "float32", shape, data)];
    case "float16":
      checkHalves(name, data);
      return [tensorOf(`${name}.float16`, "float16", shape, toFloat16(data))];
    case "int8": {
      const {numbers, scales} = quantise(data, shape as [number, number], storage.axis);
      return [
        tensorOf(`${name}.int8`, "int8", shape, numbers),
        tensorOf(`${name}.scale`, "float32", [scales.length], scales)
      ];
    }
  }
}

const tensorOf = (
  name: string,
  type: keyof typeof types,
  shape: readonly number[],
  numbers: ArrayBufferView
): StoredTensor => ({name, dataType: types[type].code, shape, raw: toBytes(numbers)});

/** Appends what makes float32 values of stored weights; the values have the parameters' names. */
export function writeConversions(
  g: GraphWriter,
  shapes: Readonly<Record<string, readonly number[]>>,
  format: WeightFormat
): void {
  for (const [name, shape] of Object.entries(shapes)) {
    const storage = storageOf(name, shape, format);
    if (storage.type === "float16")
      g.node("Cast", [`${name}.float16`], name, {to: {int: TensorProto_DataType.FLOAT}});
    if (storage.type === "int8")
      g.node("DequantizeLinear", [`${name}.int8`, `${name}.scale`], name, {axis: {int: storage.axis}});
  }
}

function checkHalves(name: string, data: Float32Array): void {
  for (let i = 0; i < data.length; i++)
    if (Math.abs(data[i]!) > LARGEST_FLOAT16)
      throw new RangeError(
        `The weight ${name} holds ${data[i]}, which is more than float16 can be; choose float32 or int8.`
      );
}

/** A parameter that is known to be in the file whole. */
export interface FoundWeight {
  shape: number[];
  /** Of the file that `storeWeights` stored it in. */
  stored: StoredTensor[];
  /** The numbers as float32; a copy. */
  read(): Float32Array;
}

/** Finds a parameter among a file's tensors. Throws FormatError unless it is there with its exact size. */
export function findWeight(
  stored: ReadonlyMap<string, OnnxTensor>,
  name: string,
  shape: number[],
  format: WeightFormat
): FoundWeight {
  const storage = storageOf(name, shape, format);
  switch (storage.type) {
    case "float32": {
      const tensor = findTensor(stored, name, shape, "float32");
      // A copy, because raw bytes may start anywhere and float32 arrays only at multiples of four.
      return {shape, stored: [tensor], read: () => toFloats(tensor.raw)};
    }
    case "float16": {
      const tensor = findTensor(stored, `${name}.float16`, shape, "float16");
      return {shape, stored: [tensor], read: () => fromFloat16(new Uint16Array(copyOf(tensor.raw)))};
    }
    case "int8": {
      const {axis} = storage;
      const numbers = findTensor(stored, `${name}.int8`, shape, "int8");
      const scales = findTensor(stored, `${name}.scale`, [shape[axis]!], "float32");
      const read = () =>
        dequantise(new Int8Array(copyOf(numbers.raw)), toFloats(scales.raw), shape as [number, number], axis);
      return {shape, stored: [numbers, scales], read};
    }
  }
}

const types = {
  float32: {code: TensorProto_DataType.FLOAT, bytes: 4},
  float16: {code: TensorProto_DataType.FLOAT16, bytes: 2},
  int8: {code: TensorProto_DataType.INT8, bytes: 1}
} as const;

/** A tensor of the file, whose bytes are a view of it. */
function findTensor(
  stored: ReadonlyMap<string, OnnxTensor>,
  name: string,
  shape: readonly number[],
  type: keyof typeof types
): StoredTensor {
  const tensor = stored.get(name);
  if (!tensor) throw new FormatError(`This ONNX file lacks the weight ${name}: it is damaged or not ours.`);
  const {code, bytes} = types[type];
  if (tensor.dataType !== code || tensor.dims.join() !== shape.join())
    throw new FormatError(
      `This ONNX file's weight ${name} is not ${type} [${shape}] as its configuration says: it is damaged.`
    );
  const size = shape.reduce((a, b) => a * b, bytes);
  if (tensor.rawData.byteLength !== size)
    throw new FormatError(
      `This ONNX file's weight ${name} has ${tensor.rawData.byteLength} bytes instead of ${size}: it is damaged.`
    );
  return {name, dataType: code, shape, raw: tensor.rawData as Uint8Array<ArrayBuffer>};
}

/** The bytes in memory of their own, which begins where any numbers may. */
const copyOf = (raw: Uint8Array): ArrayBuffer => new Uint8Array(raw).buffer;
