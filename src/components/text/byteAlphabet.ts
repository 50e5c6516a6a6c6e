/**
 * GPT-2's alphabet of bytes (`bytes_to_unicode` in its `encoder.py`). A vocabulary file holds text, and most
 * sequences of bytes are not text, so each byte is written as one printable character: itself where Latin-1
 * prints it, else the next free code point from U+0100 (the space is Ġ, the newline Ċ). Byte tokens are
 * numbered in the order of those characters.
 */
const printable = (byte: number) =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;

const allBytes = Array.from({length: 256}, (_, byte) => byte);

/** The byte that each of the 256 base tokens stands for: `BYTE_OF_TOKEN[id]`. */
export const BYTE_OF_TOKEN: Uint8Array = Uint8Array.from([
  ...allBytes.filter(printable),
  ...allBytes.filter((byte) => !printable(byte))
]);

/** The base token of each byte: `TOKEN_OF_BYTE[byte]`. */
export const TOKEN_OF_BYTE: Uint8Array = new Uint8Array(256);
BYTE_OF_TOKEN.forEach((byte, id) => {
  TOKEN_OF_BYTE[byte] = id;
});

const firstSubstitute = BYTE_OF_TOKEN.findIndex((byte) => !printable(byte));

/** The character that each base token is written as in a vocabulary file. */
export const CHARACTER_OF_TOKEN: readonly string[] = Array.from(BYTE_OF_TOKEN, (byte, id) =>
  String.fromCodePoint(id < firstSubstitute ? byte : 0x100 + id - firstSubstitute)
);

const encoder = new TextEncoder();
const loneSurrogates = /\p{Surrogate}/gu;

/** The UTF-8 bytes of a text. Half a surrogate pair is not a character and has none: it is left out. */
export function utf8Bytes(text: string): Uint8Array {
  return encoder.encode(text.replace(loneSurrogates, ""));
}

/** How many bytes `utf8Bytes` gives for a code point. */
export function utf8Length(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  if (point >= 0xd800 && point < 0xe000) return 0;
  return point < 0x10000 ? 3 : 4;
}
