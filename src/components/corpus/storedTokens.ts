/**
 * Tokens as IndexedDB takes them, two bytes each in this machine's order: many as a Blob, since Chromium refuses
 * values with more than 133 MB of arrays.
 */
export type StoredTokens = Uint16Array | Blob;

/** Bytes of the largest array that is stored as one, so that two of them and what is beside them stay below. */
const LARGEST_ARRAY = 32_000_000;

export function storeTokens(tokens: Uint16Array, largest = LARGEST_ARRAY): StoredTokens {
  if (tokens.byteLength > largest) return new Blob([tokens as Uint16Array<ArrayBuffer>]);
  // A stored view keeps all of its buffer: of one that shows less, a copy is stored.
  return tokens.byteLength === tokens.buffer.byteLength ? tokens : tokens.slice();
}

export const storedLength = (stored: StoredTokens): number =>
  stored instanceof Blob ? stored.size / Uint16Array.BYTES_PER_ELEMENT : stored.length;

/** The tokens, or the first `count` of them, without reading the others. Rejects where the browser has lost them. */
export async function readTokens(stored: StoredTokens, count = storedLength(stored)): Promise<Uint16Array> {
  if (!(stored instanceof Blob)) return stored.subarray(0, count);
  return new Uint16Array(await stored.slice(0, count * Uint16Array.BYTES_PER_ELEMENT).arrayBuffer());
}
