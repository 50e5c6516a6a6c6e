/** The polynomial of ISO 3309 (zip, PNG), its bits in reverse order. */
const POLYNOMIAL = 0xedb88320;

/** `TABLES[k][byte]`: what a byte adds that k more bytes follow, so that four bytes are one step. */
const TABLES = [0, 1, 2, 3].map(() => new Uint32Array(256));
for (let byte = 0; byte < 256; byte++) {
  let rest = byte;
  for (let k = 0; k < 4; k++) {
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
    TABLES[k]![byte] = rest;
  }
}

/** CRC-32, the checksum of zip files, as an unsigned 32-bit number; `before` is that of the bytes so far. */
export function crc32(bytes: Uint8Array, before = 0): number {
  const [one, two, three, four] = TABLES as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  let rest = ~before;
  let i = 0;
  for (; i + 4 <= bytes.length; i += 4) {
    rest ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    rest = four[rest & 255]! ^ three[(rest >>> 8) & 255]! ^ two[(rest >>> 16) & 255]! ^ one[rest >>> 24]!;
  }
  for (; i < bytes.length; i++) rest = (rest >>> 8) ^ one[(rest ^ bytes[i]!) & 255]!;
  return ~rest >>> 0;
}
