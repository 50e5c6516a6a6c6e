import {expect, it} from "vitest";
import {
  BYTE_OF_TOKEN,
  CHARACTER_OF_TOKEN,
  TOKEN_OF_BYTE,
  utf8Bytes,
  utf8Length
} from "../../src/components/text/byteAlphabet.js";

it("numbers and writes bytes as GPT-2's vocabulary does", () => {
  // From GPT-2's published vocab.json: "!" 0, "A" 32, "a" 64, "~" 93, "¡" 94, "ÿ" 187, "Ċ" 198, "Ġ" 220.
  const published: [number, string, number][] = [
    [0x21, "!", 0],
    [0x41, "A", 32],
    [0x61, "a", 64],
    [0x7e, "~", 93],
    [0xa1, "¡", 94],
    [0xff, "ÿ", 187],
    [0x00, "Ā", 188],
    [0x0a, "Ċ", 198],
    [0x20, "Ġ", 220],
    [0x7f, "ġ", 221],
    [0xa0, "ł", 254],
    [0xad, "Ń", 255]
  ];
  for (const [byte, character, id] of published) {
    expect(TOKEN_OF_BYTE[byte]).toBe(id);
    expect(BYTE_OF_TOKEN[id]).toBe(byte);
    expect(CHARACTER_OF_TOKEN[id]).toBe(character);
  }
});

it("gives each byte one token and one character of its own", () => {
  expect(new Set(BYTE_OF_TOKEN).size).toBe(256);
  expect(new Set(CHARACTER_OF_TOKEN).size).toBe(256);
  for (let byte = 0; byte < 256; byte++) expect(BYTE_OF_TOKEN[TOKEN_OF_BYTE[byte]!]).toBe(byte);
});

it("writes UTF-8, and half a surrogate pair not at all", () => {
  expect([...utf8Bytes("é€😀")]).toEqual([0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80]);
  expect([...utf8Bytes("a\uD83Db\uDE00")]).toEqual([0x61, 0x62]);
  for (const point of [
    0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdfff, 0xe000, 0xffff, 0x10000, 0x10ffff
  ])
    expect(utf8Length(point)).toBe(utf8Bytes(String.fromCodePoint(point)).length);
});
