/** Tokens as nanoGPT's `train.bin` holds them: 16-bit unsigned integers, little-endian, nothing else. */
export function tokensToBytes(tokens: Uint16Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(tokens.length * 2);
  tokens.forEach((token, i) => {
    bytes[2 * i] = token & 0xff;
    bytes[2 * i + 1] = token >> 8;
  });
  return bytes;
}

/** The inverse of `tokensToBytes`. Throws RangeError for an odd number of bytes. */
export function bytesToTokens(bytes: Uint8Array): Uint16Array<ArrayBuffer> {
  if (bytes.length % 2 !== 0)
    throw new RangeError(`A token file of ${bytes.length} bytes is cut short: every token takes two bytes.`);
  const tokens = new Uint16Array(bytes.length / 2);
  for (let i = 0; i < tokens.length; i++) tokens[i] = bytes[2 * i]! | (bytes[2 * i + 1]! << 8);
  return tokens;
}
