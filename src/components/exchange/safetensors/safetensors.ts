import {FormatError} from "../formatError.js";
import {joinBytes} from "../joinBytes.js";
import {headerLength, METADATA, parseHeader, SIZES, sizeOf} from "./safetensorsHeader.js";

export interface Tensor {
  shape: number[];
  /** Row-major. */
  data: Float32Array;
}

export interface Safetensors {
  /** In the order of the file. */
  tensors: Map<string, Tensor>;
  /** Lists of 16-bit whole numbers, which follow the tensors. */
  lists: Map<string, Uint16Array>;
  metadata: Record<string, string>;
}

/** The number formats that we write. */
const FORMATS = ["F32", "U16"] as const;

/** What is written: lists may be missing. */
type Content = Omit<Safetensors, "lists"> & Partial<Pick<Safetensors, "lists">>;

/**
 * A safetensors file: the length of the header as u64, the header as JSON, then the tensors' little-endian
 * bytes one after the other (https://github.com/huggingface/safetensors, "Format"). Float32, and U16 for lists.
 */
export const writeSafetensors = (content: Content): Uint8Array<ArrayBuffer> =>
  joinBytes(safetensorsParts(content));

/** The same file in pieces: its beginning, then the arrays' own memory, of which nothing is copied. */
export function safetensorsParts({tensors, lists = new Map(), metadata}: Content): Uint8Array<ArrayBuffer>[] {
  const named: NamedTensor[] = [];
  const arrays: Uint8Array<ArrayBuffer>[] = [];
  for (const [name, {shape, data}] of tensors) {
    if (sizeOf(shape) !== data.length)
      throw new RangeError(`Tensor ${name} has shape [${shape}] but ${data.length} numbers.`);
    named.push({name, dtype: "F32", shape});
    arrays.push(toBytes(data));
  }
  for (const [name, list] of lists) {
    named.push({name, dtype: "U16", shape: [list.length]});
    arrays.push(toBytes(list));
  }
  return [safetensorsHeader(named, metadata), ...arrays];
}

interface NamedTensor {
  name: string;
  dtype: (typeof FORMATS)[number];
  shape: readonly number[];
}

/** The beginning of a file whose tensors follow in this order, one right after the other. */
export function safetensorsHeader(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>
): Uint8Array<ArrayBuffer> {
  const header: [string, unknown][] = [[METADATA, metadata]];
  let offset = 0;
  for (const {name, dtype, shape} of tensors) {
    if (name === METADATA) throw new RangeError(`A tensor cannot be named ${METADATA}.`);
    const end = offset + SIZES[dtype] * sizeOf(shape);
    header.push([name, {dtype, shape, data_offsets: [offset, end]}]);
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Spaces after the JSON let the numbers begin at a multiple of eight, as the format asks.
  const length = Math.ceil(json.length / 8) * 8;
  const beginning = new Uint8Array(8 + length).fill(0x20, 8);
  new DataView(beginning.buffer).setBigUint64(0, BigInt(length), true);
  beginning.set(json, 8);
  return beginning;
}

/**
 * Reads a safetensors file of float32 tensors and lists of U16. The header is checked to describe exactly the bytes
 * that are there before any tensor is allocated. Throws FormatError, with a sentence for people, otherwise.
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const header = bytes.subarray(8, 8 + headerLength(bytes, bytes.length));
  const {entries, metadata, start} = parseHeader(header, bytes.length, FORMATS);
  const tensors = new Map<string, Tensor>();
  const lists = new Map<string, Uint16Array>();
  for (const [name, {dtype, shape, begin, end}] of entries) {
    const data = bytes.subarray(start + begin, start + end);
    if (dtype === "F32") tensors.set(name, {shape, data: toFloats(data)});
    else if (shape.length === 1) lists.set(name, toList(data));
    else
      throw new FormatError(
        `This safetensors file is damaged: ${name} has shape [${shape}]; it must be a list of one dimension.`
      );
  }
  return {tensors, lists, metadata};
}

/** The memory of an array, byte by byte. */
export const toBytes = ({buffer, byteOffset, byteLength}: ArrayBufferView): Uint8Array<ArrayBuffer> =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** A copy of little-endian float32 bytes as numbers; `slice` would not copy the bytes of a Node Buffer. */
export function toFloats(bytes: Uint8Array): Float32Array {
  const floats = new Float32Array(bytes.length / 4);
  new Uint8Array(floats.buffer).set(bytes);
  return floats;
}

function toList(bytes: Uint8Array): Uint16Array {
  const list = new Uint16Array(bytes.length / 2);
  new Uint8Array(list.buffer).set(bytes);
  return list;
}
