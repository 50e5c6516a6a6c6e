/** The Castagnoli polynomial, its bits in reverse order. */
const POLYNOMIAL = 0x82f63b78;

/** What each value of a byte adds. */
const TABLE = Uint32Array.from({length: 256}, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
});

/**
 * CRC-32C (Castagnoli; RFC 3720, appendix B.4) as an unsigned 32-bit number. Of bytes that come in pieces: `before` is
 * the sum of those so far.
 */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let rest = ~before;
  for (let i = 0; i < bytes.length; i++) rest = (rest >>> 8) ^ TABLE[(rest ^ bytes[i]!) & 0xff]!;
  return ~rest >>> 0;
}
