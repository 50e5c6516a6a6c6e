import {utf8Bytes} from "../../text/byteAlphabet.js";

/** One byte of a character's UTF-8. */
export interface Utf8Byte {
  value: number;
  /** Two hexadecimal digits. */
  hex: string;
  /** The bits that say what kind of byte it is: 0, 110, 1110 or 11110 begin a character, 10 continues one. */
  prefix: string;
  /** The bits that are part of the character's number. */
  payload: string;
}

export interface Utf8Character {
  character: string;
  /** Its number in Unicode. */
  point: number;
  /** "U+1F642". */
  name: string;
  bytes: Utf8Byte[];
}

/** The characters (code points) of a text with their UTF-8 (RFC 3629). Half a surrogate pair has no bytes. */
export function utf8Characters(text: string): Utf8Character[] {
  return Array.from(text, (character) => {
    const point = character.codePointAt(0)!;
    return {
      character,
      point,
      name: `U+${point.toString(16).toUpperCase().padStart(4, "0")}`,
      bytes: Array.from(utf8Bytes(character), readByte)
    };
  });
}

function readByte(value: number): Utf8Byte {
  const bits = value.toString(2).padStart(8, "0");
  const ones = bits.indexOf("0");
  return {
    value,
    hex: value.toString(16).toUpperCase().padStart(2, "0"),
    prefix: bits.slice(0, ones + 1),
    payload: bits.slice(ones + 1)
  };
}
