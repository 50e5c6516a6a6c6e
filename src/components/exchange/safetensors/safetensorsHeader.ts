import {FormatError} from "../formatError.js";
import {JsonReader} from "../jsonReader.js";

/** The number formats of safetensors, and their sizes in bytes. */
export const SIZES = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1
} as const;
export type NumberFormat = keyof typeof SIZES;

export const METADATA = "__metadata__";

/** The limit that Hugging Face's own reader sets to the JSON header. */
const MAX_HEADER = 100_000_000;
const MOST_DIMENSIONS = 8;

export interface TensorEntry<Format extends NumberFormat = NumberFormat> {
  dtype: Format;
  shape: number[];
  /** In bytes, from the first byte after the header. */
  begin: number;
  end: number;
}

export interface SafetensorsHeader<Format extends NumberFormat = NumberFormat> {
  entries: Map<string, TensorEntry<Format>>;
  metadata: Record<string, string>;
  /** Where the tensors' bytes begin. */
  start: number;
}

/** The length of the header from the first eight bytes of a file of `size` bytes. Throws FormatError. */
export function headerLength(beginning: Uint8Array, size: number): number {
  if (beginning.length < 8) throw new FormatError("This safetensors file is cut short: it has no header.");
  const length = new DataView(beginning.buffer, beginning.byteOffset).getBigUint64(0, true);
  if (length > BigInt(Math.min(MAX_HEADER, size - 8)))
    throw new FormatError(
      `This is not a whole safetensors file: its header should have ${length} bytes, but the file has ${size}.`
    );
  return Number(length);
}

/**
 * The header of a file of `size` bytes, checked to describe exactly the bytes that are there. Throws FormatError, also for
 * tensors of any but the `allowed` formats.
 */
export function parseHeader<Format extends NumberFormat>(
  bytes: Uint8Array,
  size: number,
  allowed: readonly Format[]
): SafetensorsHeader<Format> {
  const json = parse(bytes);
  const entries = new Map<string, TensorEntry<Format>>();
  const metadata: [string, string][] = [];
  for (const name of json.keys()) {
    if (name === METADATA)
      for (const key of json.get(METADATA).keys())
        metadata.push([key, json.get(METADATA).get(key).string(Number.POSITIVE_INFINITY)]);
    else entries.set(name, readEntry(json.get(name), allowed));
  }
  const start = 8 + bytes.length;
  checkContiguous(entries, size - start);
  return {entries, metadata: Object.fromEntries(metadata), start};
}

function parse(bytes: Uint8Array): JsonReader {
  let text: string;
  try {
    text = new TextDecoder("utf-8", {fatal: true}).decode(bytes);
  } catch {
    throw new FormatError("The header of this safetensors file is not UTF-8 text: the file is damaged.");
  }
  return JsonReader.parse(text, "The safetensors header");
}

function readEntry<Format extends NumberFormat>(
  json: JsonReader,
  allowed: readonly Format[]
): TensorEntry<Format> {
  const dtype = json.get("dtype").oneOf(allowed);
  const shape = json
    .get("shape")
    .array(MOST_DIMENSIONS)
    .map((size) => size.integer());
  const offsets = json.get("data_offsets");
  const [begin = -1, end = -1, ...more] = offsets.array(3).map((offset) => offset.integer());
  if (begin < 0 || end < begin || more.length > 0) offsets.fail("two numbers, begin and end");
  const bytes = SIZES[dtype] * sizeOf(shape);
  if (end - begin !== bytes) offsets.fail(`${bytes} bytes apart`);
  return {dtype, shape, begin, end};
}

/** The format allows neither holes nor overlaps nor bytes left over. */
function checkContiguous(entries: Map<string, TensorEntry>, length: number): void {
  let expected = 0;
  for (const [name, {begin, end}] of [...entries].sort(
    ([, a], [, b]) => a.begin - b.begin || a.end - b.end
  )) {
    if (begin !== expected)
      throw new FormatError(
        `This safetensors file is damaged: tensor ${name.slice(0, 120)} does not begin where it should.`
      );
    expected = end;
  }
  if (expected !== length)
    throw new FormatError(
      `This safetensors file is damaged: its tensors should have ${expected} bytes, but there are ${length}.`
    );
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
