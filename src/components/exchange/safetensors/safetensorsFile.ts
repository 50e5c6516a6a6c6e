import {SNAPSHOT_KEY} from "../checkpoint.js";
import {fromBfloat16, fromFloat16} from "../float16.js";
import {FormatError} from "../formatError.js";
import {
  headerLength,
  type NumberFormat,
  parseHeader,
  type SafetensorsHeader,
  SIZES,
  type TensorEntry
} from "./safetensorsHeader.js";

/** A safetensors file of which only the header has been read. */
export interface SafetensorsFile extends Pick<SafetensorsHeader, "entries" | "metadata"> {
  /** The numbers of a tensor as float32, read from the file now. Rejects with FormatError unless they are F32, F16 or BF16. */
  read(name: string, signal?: AbortSignal): Promise<Float32Array>;
}

/** Reads and checks the header of a file; of its tensors nothing. Rejects with FormatError, and with the signal's reason. */
export async function openSafetensors(file: Blob, signal?: AbortSignal): Promise<SafetensorsFile> {
  const length = headerLength(await bytesOf(file.slice(0, 8), signal), file.size);
  const header = await bytesOf(file.slice(8, 8 + length), signal);
  const {entries, metadata, start} = parseHeader(header, file.size, Object.keys(SIZES) as NumberFormat[]);
  return {
    entries,
    metadata,
    async read(name, signal) {
      const entry = entries.get(name);
      if (!entry) throw new FormatError(`The file has no tensor named ${name}.`);
      const bytes = await bytesOf(file.slice(start + entry.begin, start + entry.end), signal);
      if (bytes.length !== entry.end - entry.begin)
        throw new FormatError(`The file changed while ${name} was read. Choose it again.`);
      return numbersOf(name, entry, bytes);
    }
  };
}

function numbersOf(name: string, {dtype}: TensorEntry, bytes: Uint8Array<ArrayBuffer>): Float32Array {
  switch (dtype) {
    case "F32":
      return new Float32Array(bytes.buffer);
    case "F16":
      return fromFloat16(new Uint16Array(bytes.buffer));
    case "BF16":
      return fromBfloat16(new Uint16Array(bytes.buffer));
    default:
      throw new FormatError(
        `Tensor ${name} holds numbers of the format ${dtype}; weights are read as F32, F16 or BF16. Save the model in one of these.`
      );
  }
}

async function bytesOf(part: Blob, signal: AbortSignal | undefined): Promise<Uint8Array<ArrayBuffer>> {
  signal?.throwIfAborted();
  const bytes = new Uint8Array(await part.arrayBuffer());
  signal?.throwIfAborted();
  return bytes;
}

/** Whether a file begins as safetensors and says that it is a checkpoint of ours. */
export async function isCheckpoint(file: Blob): Promise<boolean> {
  try {
    const {metadata} = await openSafetensors(file);
    return Object.hasOwn(metadata, SNAPSHOT_KEY);
  } catch {
    return false;
  }
}
