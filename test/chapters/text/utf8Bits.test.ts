import fc from "fast-check";
import {expect, it} from "vitest";
import {utf8Characters} from "../../../src/components/chapters/text/utf8Bits.js";

it("takes the bytes of a character apart", () => {
  expect(utf8Characters("€")).toEqual([
    {
      character: "€",
      point: 0x20ac,
      name: "U+20AC",
      bytes: [
        {value: 0xe2, hex: "E2", prefix: "1110", payload: "0010"},
        {value: 0x82, hex: "82", prefix: "10", payload: "000010"},
        {value: 0xac, hex: "AC", prefix: "10", payload: "101100"}
      ]
    }
  ]);
  expect(utf8Characters("A")[0]!.bytes).toEqual([{value: 65, hex: "41", prefix: "0", payload: "1000001"}]);
  expect(utf8Characters("\ud83d")[0]!.bytes).toEqual([]);
});

it("spells the number of every character in the payload bits", () => {
  fc.assert(
    fc.property(fc.integer({min: 0, max: 0x10ffff}), (point) => {
      if (point >= 0xd800 && point < 0xe000) return;
      const [character] = utf8Characters(String.fromCodePoint(point));
      const bits = character!.bytes.map(({prefix, payload}) => [prefix.length + payload.length, payload]);
      expect(bits.map(([length]) => length)).toEqual(bits.map(() => 8));
      expect(Number.parseInt(bits.map(([, payload]) => payload).join(""), 2)).toBe(point);
    })
  );
});
