/** Thrown for bytes that are not UTF-8. */
export class Utf8Error extends Error {
  constructor(
    message: string,
    /** Index of the first byte that cannot be part of UTF-8 text. */
    readonly offset: number
  ) {
    super(message);
  }
}

/**
 * The text in a stream of UTF-8 bytes, however the stream is cut; a byte-order mark is left out. `onBytes`
 * hears how many bytes have come so far. Throws Utf8Error, which names the first wrong byte.
 */
export async function decodeUtf8(
  chunks: AsyncIterable<Uint8Array>,
  onBytes?: (bytes: number) => void
): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of utf8Pieces(chunks, onBytes)) pieces.push(piece);
  return pieces.join("");
}

/** As `decodeUtf8`, the text in pieces that join to it: one of whole characters for each chunk. */
export async function* utf8Pieces(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void = () => {}
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder("utf-8", {fatal: true});
  let received = 0;
  // The last character of what came before, whole or not: where to look from when the next chunk is wrong.
  let tail: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    let piece: string;
    try {
      piece = decoder.decode(chunk, {stream: true});
    } catch {
      throw notUtf8(concatenate(tail, chunk), received - tail.length);
    }
    received += chunk.length;
    tail = lastCharacter(chunk.length < 4 ? concatenate(tail, chunk) : chunk);
    onBytes(received);
    yield piece;
  }
  try {
    decoder.decode();
  } catch {
    const offset = received - tail.length;
    throw new Utf8Error(`It ends in the middle of a character that begins at byte ${offset}.`, offset);
  }
}

function notUtf8(bytes: Uint8Array, start: number): Utf8Error {
  const index = firstInvalid(bytes);
  const offset = start + index;
  const byte = bytes[index]!;
  const utf16 = offset === 0 && (byte === 0xff || byte === 0xfe) ? " It looks like UTF-16." : "";
  return new Utf8Error(
    `It is not UTF-8: byte ${offset} (0x${byte.toString(16).toUpperCase().padStart(2, "0")}) cannot stand there.${utf16}`,
    offset
  );
}

/** Where the first malformed character begins, in bytes that are known to hold one. */
function firstInvalid(bytes: Uint8Array): number {
  // Every prefix of a prefix that text may begin with is one too, so the longest can be bisected.
  let valid = 0;
  let invalid = bytes.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (decodes(bytes.subarray(0, middle), {stream: true})) valid = middle;
    else invalid = middle;
  }
  // The byte after it may be where a character broke off that began up to three bytes before.
  while (!decodes(bytes.subarray(0, valid), {stream: false})) valid--;
  return valid;
}

function decodes(bytes: Uint8Array, options: TextDecodeOptions): boolean {
  try {
    new TextDecoder("utf-8", {fatal: true}).decode(bytes, options);
    return true;
  } catch {
    return false;
  }
}

/** From the last byte that begins a character (not 10xxxxxx) on: at most four bytes of UTF-8. */
function lastCharacter(bytes: Uint8Array): Uint8Array {
  let start = Math.max(0, bytes.length - 1);
  while (start > 0 && (bytes[start]! & 0xc0) === 0x80) start--;
  return bytes.slice(start);
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
