import {FormatError} from "./formatError.js";
import {JsonReader} from "./jsonReader.js";

export interface Tensor {
  shape: number[];
  /** Row-major. */
  data: Float32Array;
}

export interface Safetensors {
  /** In the order of the file. */
  tensors: Map<string, Tensor>;
  metadata: Record<string, string>;
}

/** The limit that Hugging Face's own reader sets to the JSON header. */
const MAX_HEADER = 100_000_000;
const METADATA = "__metadata__";

/**
 * A safetensors file: the length of the header as u64, the header as JSON, then the tensors' little-endian
 * bytes one after the other (https://github.com/huggingface/safetensors, "Format"). Float32 only.
 */
export function writeSafetensors({tensors, metadata}: Safetensors): Uint8Array<ArrayBuffer> {
  const header: [string, unknown][] = [[METADATA, metadata]];
  let offset = 0;
  for (const [name, {shape, data}] of tensors) {
    if (name === METADATA) throw new RangeError(`A tensor cannot be named ${METADATA}.`);
    if (sizeOf(shape) !== data.length)
      throw new RangeError(`Tensor ${name} has shape [${shape}] but ${data.length} numbers.`);
    const end = offset + data.byteLength;
    header.push([name, {dtype: "F32", shape, data_offsets: [offset, end]}]);
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Spaces after the JSON let the numbers begin at a multiple of eight, as the format asks.
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + offset).fill(0x20, 8, 8 + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, 8);
  let at = 8 + headerLength;
  for (const {data} of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file of float32 tensors. The header is checked to describe exactly the bytes that are
 * there before any tensor is allocated. Throws FormatError, with a sentence for people, otherwise.
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const {entries, metadata, start} = readHeader(bytes);
  const tensors = new Map<string, Tensor>();
  for (const [name, {shape, begin, end}] of entries) {
    tensors.set(name, {shape, data: toFloats(bytes.subarray(start + begin, start + end))});
  }
  return {tensors, metadata};
}

/** A copy of little-endian float32 bytes as numbers; `slice` would not copy the bytes of a Node Buffer. */
export function toFloats(bytes: Uint8Array): Float32Array {
  const floats = new Float32Array(bytes.length / 4);
  new Uint8Array(floats.buffer).set(bytes);
  return floats;
}

interface Entry {
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
  const dtype = json.get("dtype");
  if (dtype.string() !== "F32") dtype.fail('"F32" (float32), the only kind of number that is read here');
  const dimensions = json.get("shape").array();
  if (dimensions.length > 8) json.get("shape").fail("a list of at most 8 dimensions");
  const shape = dimensions.map((size) => size.integer());
  const offsets = json.get("data_offsets");
  const [begin = -1, end = -1, ...more] = offsets.array().map((offset) => offset.integer());
  if (begin < 0 || end < begin || more.length > 0) offsets.fail("two numbers, begin and end");
  if (end - begin !== 4 * sizeOf(shape)) offsets.fail(`${4 * sizeOf(shape)} bytes apart`);
  return {shape, begin, end};
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
