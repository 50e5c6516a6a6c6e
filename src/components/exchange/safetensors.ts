import {FormatError} from "./formatError.js";
import {joinBytes} from "./joinBytes.js";
import {JsonReader} from "./jsonReader.js";

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

/** The number formats that we write and read, and their sizes in bytes. */
const SIZES = {F32: 4, U16: 2} as const;
type NumberFormat = keyof typeof SIZES;

/** The limit that Hugging Face's own reader sets to the JSON header. */
const MAX_HEADER = 100_000_000;
const METADATA = "__metadata__";

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
  const header: [string, unknown][] = [[METADATA, metadata]];
  const arrays: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  const add = (name: string, dtype: NumberFormat, shape: number[], data: Float32Array | Uint16Array) => {
    if (name === METADATA) throw new RangeError(`A tensor cannot be named ${METADATA}.`);
    if (sizeOf(shape) !== data.length)
      throw new RangeError(`Tensor ${name} has shape [${shape}] but ${data.length} numbers.`);
    const end = offset + data.byteLength;
    header.push([name, {dtype, shape, data_offsets: [offset, end]}]);
    arrays.push(toBytes(data));
    offset = end;
  };
  for (const [name, {shape, data}] of tensors) add(name, "F32", shape, data);
  for (const [name, list] of lists) add(name, "U16", [list.length], list);
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Spaces after the JSON let the numbers begin at a multiple of eight, as the format asks.
  const headerLength = Math.ceil(json.length / 8) * 8;
  const beginning = new Uint8Array(8 + headerLength).fill(0x20, 8);
  new DataView(beginning.buffer).setBigUint64(0, BigInt(headerLength), true);
  beginning.set(json, 8);
  return [beginning, ...arrays];
}

/**
 * Reads a safetensors file of float32 tensors and lists of U16. The header is checked to describe exactly the bytes
 * that are there before any tensor is allocated. Throws FormatError, with a sentence for people, otherwise.
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const {entries, metadata, start} = readHeader(bytes);
  const tensors = new Map<string, Tensor>();
  const lists = new Map<string, Uint16Array>();
  for (const [name, {dtype, shape, begin, end}] of entries) {
    const data = bytes.subarray(start + begin, start + end);
    if (dtype === "F32") tensors.set(name, {shape, data: toFloats(data)});
    else lists.set(name, toList(data));
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

interface Entry {
  dtype: NumberFormat;
  shape: number[];
  /** In bytes, from the first byte after the header. */
  begin: number;
  end: number;
}

function readHeader(bytes: Uint8Array): {
  entries: Map<string, Entry>;
  metadata: Record<string, string>;
  start: number;
} {
  if (bytes.length < 8) throw new FormatError("This safetensors file is cut short: it has no header.");
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(Math.min(MAX_HEADER, bytes.length - 8)))
    throw new FormatError(
      `This is not a whole safetensors file: its header should have ${length} bytes, but the file has ${bytes.length}.`
    );
  const start = 8 + Number(length);
  const json = parseHeader(bytes.subarray(8, start));

  const entries = new Map<string, Entry>();
  const metadata: [string, string][] = [];
  for (const name of json.keys()) {
    if (name === METADATA)
      for (const key of json.get(METADATA).keys()) metadata.push([key, json.get(METADATA).get(key).string()]);
    else entries.set(name, readEntry(json.get(name)));
  }
  checkContiguous(entries, bytes.length - start);
  return {entries, metadata: Object.fromEntries(metadata), start};
}

function parseHeader(bytes: Uint8Array): JsonReader {
  let text: string;
  try {
    text = new TextDecoder("utf-8", {fatal: true}).decode(bytes);
  } catch {
    throw new FormatError("The header of this safetensors file is not UTF-8 text: the file is damaged.");
  }
  return JsonReader.parse(text, "The safetensors header");
}

function readEntry(json: JsonReader): Entry {
  const dtype = json.get("dtype").oneOf(Object.keys(SIZES) as NumberFormat[]);
  const dimensions = json.get("shape").array();
  if (dimensions.length > 8) json.get("shape").fail("a list of at most 8 dimensions");
  if (dtype === "U16" && dimensions.length !== 1) json.get("shape").fail("a list of one dimension");
  const shape = dimensions.map((size) => size.integer());
  const offsets = json.get("data_offsets");
  const [begin = -1, end = -1, ...more] = offsets.array().map((offset) => offset.integer());
  if (begin < 0 || end < begin || more.length > 0) offsets.fail("two numbers, begin and end");
  const bytes = SIZES[dtype] * sizeOf(shape);
  if (end - begin !== bytes) offsets.fail(`${bytes} bytes apart`);
  return {dtype, shape, begin, end};
}

/** The format allows neither holes nor overlaps nor bytes left over. */
function checkContiguous(entries: Map<string, Entry>, length: number): void {
  let expected = 0;
  for (const [name, {begin, end}] of [...entries].sort(
    ([, a], [, b]) => a.begin - b.begin || a.end - b.end
  )) {
    if (begin !== expected)
      throw new FormatError(
        `This safetensors file is damaged: tensor ${name} does not begin where it should.`
      );
    expected = end;
  }
  if (expected !== length)
    throw new FormatError(
      `This safetensors file is damaged: its tensors should have ${expected} bytes, but there are ${length}.`
    );
}

const sizeOf = (shape: number[]): number => shape.reduce((a, b) => a * b, 1);
