import {inShort} from "../../errorMessage.js";
import {FormatError} from "../formatError.js";
import {crc32} from "./crc32.js";

/** Marks of a zip's records (APPNOTE.TXT 4.3): a member's own header, its line in the directory, the directory's end. */
const MEMBER = 0x04034b50;
const LINE = 0x02014b50;
const END = 0x06054b50;
/** Bytes of these records before what varies in length. */
const LENGTHS = {member: 30, line: 46, end: 22} as const;
const LONGEST_COMMENT = 65_535;
/** Characters of a name in a message. */
const SHOWN = 120;
/**
 * How many times as large as the zip its files may be: weights pack to nine tenths and tokenizers to a tenth, but zeros to a
 * thousandth. Small zips may hold this many bytes in any case.
 */
const LARGEST_RATIO = 50;
const SMALL = 10_000_000;
const STORED = 0;
const DEFLATED = 8;

export interface ZipLimits {
  /** Members that a zip may have. */
  members: number;
  /** Bytes of all of them together, unpacked. */
  bytes: number;
}

/** A file in a zip, of which so far only the directory's line has been read. */
export interface ZipMember {
  /** As the zip has it, "model/config.json"; it is never used as a path, and leads nowhere outside of the zip. */
  name: string;
  /** Bytes, unpacked. */
  size: number;
  /**
   * The member's bytes, whose checksum has been compared: a part of the zip itself where they are stored, unpacked where
   * they are deflated, to not one byte more than `size`. Rejects with FormatError, and with the signal's reason.
   */
  open(options?: {
    signal?: AbortSignal | undefined;
    onBytes?: ((count: number) => void) | undefined;
  }): Promise<Blob>;
}

/** Whether a file begins as a zip does. */
export async function isZip(file: Blob): Promise<boolean> {
  const [p, k, three, four] = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  return p === 0x50 && k === 0x4b && ((three === 3 && four === 4) || (three === 5 && four === 6));
}

/**
 * What a zip holds, folders left out. Read are stored and deflated members of zips below 4 GB, as every program writes
 * them; nothing is unpacked yet. Rejects with FormatError where the directory is damaged, where names repeat or lead out of
 * the zip, where files share bytes, and where the zip promises more than `limits` allow or than is in so few bytes.
 */
export async function readZip(file: Blob, limits: ZipLimits): Promise<ZipMember[]> {
  const {count, begin, length} = await findDirectory(file);
  if (count > limits.members)
    throw new FormatError(`This zip has ${count} files; a model's has at most ${limits.members}.`);
  const directory = new DataView(await file.slice(begin, begin + length).arrayBuffer());
  if (directory.byteLength !== length) throw damaged("its directory lies outside of it");
  const lines: Line[] = [];
  const names = new Set<string>();
  let at = 0;
  let total = 0;
  for (let i = 0; i < count; i++) {
    if (at + LENGTHS.line > length || directory.getUint32(at, true) !== LINE)
      throw damaged("its directory breaks off");
    const line = readLine(directory, at);
    at += line.length;
    if (at > length) throw damaged("its directory breaks off");
    if (leadsOut(line.name))
      throw damaged(`it has a file named ${inShort(line.name, SHOWN)}, which would lie outside of it`);
    if (line.name.endsWith("/")) continue;
    if (names.has(line.name)) throw damaged(`it has two files named ${inShort(line.name, SHOWN)}`);
    names.add(line.name);
    lines.push(line);
    total += line.size;
    if (total > limits.bytes)
      throw new FormatError(
        `Unpacked, this zip's files would have more than ${inMegabytes(limits.bytes)}: that is too much to be opened here.`
      );
  }
  if (at !== length) throw damaged("its directory has more than it says");
  if (total > Math.max(SMALL, LARGEST_RATIO * file.size))
    throw new FormatError(
      `Unpacked, this zip's files would be ${Math.round(total / file.size).toLocaleString("en")} times as large as it is, which no model's are. If they are to be opened, unpack it and open the files themselves.`
    );
  checkApart(lines, begin);
  return lines.map((line) => ({
    name: line.name,
    size: line.size,
    open: (options = {}) => openMember(file, line, options)
  }));
}

/** Absolute, on a drive, or with a step upwards, however the parts are separated. */
const leadsOut = (name: string): boolean => /^[/\\]|^[a-z]:|(^|[/\\])\.\.([/\\]|$)|\0/i.test(name);

/** No two files share bytes, as in a zip that is small and holds the same ones a thousand times. */
function checkApart(lines: readonly Line[], directory: number): void {
  let end = 0;
  for (const {name, begin, packed} of lines.toSorted((a, b) => a.begin - b.begin)) {
    if (begin < end) throw damaged(`${inShort(name, SHOWN)} shares its bytes with another file`);
    end = begin + LENGTHS.member + packed;
  }
  if (end > directory) throw damaged("its files reach into its directory");
}

async function findDirectory(file: Blob): Promise<{count: number; begin: number; length: number}> {
  const first = Math.max(0, file.size - LENGTHS.end - LONGEST_COMMENT);
  const tail = new DataView(await file.slice(first).arrayBuffer());
  for (let at = tail.byteLength - LENGTHS.end; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END) continue;
    if (at + LENGTHS.end + tail.getUint16(at + 20, true) !== tail.byteLength) continue;
    const count = tail.getUint16(at + 10, true);
    const length = tail.getUint32(at + 12, true);
    const begin = tail.getUint32(at + 16, true);
    if (count === 0xffff || begin === 0xffffffff)
      throw new FormatError("This zip is of the kind for more than 4 GB, which is not read here.");
    if (begin + length > first + at) throw damaged("its directory lies outside of it");
    return {count, begin, length};
  }
  throw damaged("it breaks off before its directory");
}

interface Line {
  name: string;
  method: number;
  checksum: number;
  packed: number;
  size: number;
  /** Where the member's own header begins. */
  begin: number;
  /** Of this line. */
  length: number;
}

function readLine(view: DataView, at: number): Line {
  const nameLength = view.getUint16(at + 28, true);
  const length = LENGTHS.line + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  const end = Math.min(view.byteLength, at + LENGTHS.line + nameLength);
  const bytes = new Uint8Array(view.buffer, at + LENGTHS.line, end - at - LENGTHS.line);
  const name = new TextDecoder().decode(bytes);
  if (view.getUint16(at + 8, true) & 1)
    throw new FormatError("This zip is encrypted. Unpack it and open the files themselves.");
  return {
    name,
    method: view.getUint16(at + 10, true),
    checksum: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    begin: view.getUint32(at + 42, true),
    length
  };
}

async function openMember(
  file: Blob,
  {name, method, checksum, packed, size, begin}: Line,
  {signal, onBytes}: NonNullable<Parameters<ZipMember["open"]>[0]>
): Promise<Blob> {
  const header = new DataView(await file.slice(begin, begin + LENGTHS.member).arrayBuffer());
  if (header.byteLength < LENGTHS.member || header.getUint32(0, true) !== MEMBER)
    throw damaged(`${inShort(name, SHOWN)} is not where its directory says`);
  const first = begin + LENGTHS.member + header.getUint16(26, true) + header.getUint16(28, true);
  const bytes = file.slice(first, first + packed);
  if (bytes.size !== packed) throw damaged(`${inShort(name, SHOWN)} is cut short`);
  if (method !== STORED && method !== DEFLATED)
    throw new FormatError(
      `${inShort(name, SHOWN)} in this zip is packed by method ${method}; stored and deflated files are read.`
    );
  const isStored = method === STORED;
  if (isStored && packed !== size) throw damaged(`${inShort(name, SHOWN)} has two sizes`);
  const stream: ReadableStream<Uint8Array<ArrayBuffer>> = isStored
    ? bytes.stream()
    : bytes.stream().pipeThrough(new DecompressionStream("deflate-raw"));
  // What is stored is only looked at; what is unpacked is kept.
  const pieces: Blob[] = [];
  let sum = 0;
  let length = 0;
  for await (const piece of piecesOf(stream, name, signal)) {
    length += piece.length;
    if (length > size) break;
    sum = crc32(piece, sum);
    if (!isStored) pieces.push(new Blob([piece]));
    onBytes?.(piece.length);
  }
  if (length !== size || sum !== checksum) throw damaged(`${inShort(name, SHOWN)} is not what was packed`);
  return isStored ? bytes : new Blob(pieces);
}

/** A stream's pieces; leaving the loop ends it. */
async function* piecesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  name: string,
  signal: AbortSignal | undefined
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const {done, value} = await reader.read().catch(() => {
        throw damaged(`${inShort(name, SHOWN)} cannot be unpacked`);
      });
      if (done) return;
      yield value;
    }
  } finally {
    // What ended badly has no end to wait for.
    reader.cancel().catch(() => {});
  }
}

const damaged = (how: string): FormatError => new FormatError(`This zip is damaged: ${how}.`);

const inMegabytes = (bytes: number): string =>
  `${(bytes / 1e6).toLocaleString("en", {maximumFractionDigits: 0})} MB`;
