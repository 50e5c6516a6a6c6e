import fc from "fast-check";
import {expect, it} from "vitest";
import {bytesToTokens, tokensToBytes} from "../../src/components/corpus/tokenBytes.js";

it("writes little-endian pairs", () => {
  expect([...tokensToBytes(Uint16Array.of(1, 0x1234))]).toEqual([1, 0, 0x34, 0x12]);
});

it("reads what it wrote, from any alignment", () => {
  fc.assert(
    fc.property(fc.uint16Array(), (tokens) => {
      const shifted = Uint8Array.of(0, ...tokensToBytes(tokens)).subarray(1);
      expect(bytesToTokens(shifted)).toEqual(tokens);
    })
  );
});

it("refuses half a token", () => {
  expect(() => bytesToTokens(new Uint8Array(3))).toThrow(/cut short/);
});
