import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {decodeUtf8, Utf8Error} from "../../src/components/corpus/utf8.js";

/** Bytes cut into chunks at the given places. */
async function* cut(bytes: Uint8Array, places: number[]): AsyncGenerator<Uint8Array> {
  const edges = [0, ...[...places].sort((a, b) => a - b).map((p) => Math.min(p, bytes.length)), bytes.length];
  for (let i = 1; i < edges.length; i++) yield bytes.subarray(edges[i - 1], edges[i]);
}

const anyPlaces = fc.array(fc.nat(60), {maxLength: 12});

it("does not depend on where the stream is cut", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({unit: "grapheme"}), anyPlaces, async (text, places) => {
      expect(await decodeUtf8(cut(new TextEncoder().encode(`x${text}`), places))).toBe(`x${text}`);
    })
  );
});

it("leaves out a byte-order mark, even one that is cut, and counts its bytes", async () => {
  const heard: number[] = [];
  const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61);
  expect(await decodeUtf8(cut(bytes, [1, 2]), (n) => heard.push(n))).toBe("a");
  expect(heard).toEqual([1, 2, 4]);
});

describe("bytes that are not UTF-8", () => {
  it("are named by the offset of the first malformed character, wherever the stream is cut", async () => {
    const faults = [
      [0xe9],
      [0xff],
      [0xc0, 0xaf],
      [0xe2, 0x82],
      [0xf0, 0x9f, 0x98],
      [0xed, 0xa0, 0x80],
      [0x80]
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.string({unit: "grapheme"}),
        fc.constantFrom(...faults),
        anyPlaces,
        async (text, fault, places) => {
          const before = new TextEncoder().encode(`x${text}`);
          const bytes = Uint8Array.of(...before, ...fault, 0x20, 0x61);
          const error = await decodeUtf8(cut(bytes, places)).then(
            () => null,
            (reason: unknown) => reason
          );
          expect(error).toBeInstanceOf(Utf8Error);
          expect((error as Utf8Error).offset).toBe(before.length);
        }
      ),
      {numRuns: 300}
    );
  });

  it("are told apart from a text that is cut short", async () => {
    await expect(decodeUtf8(cut(Uint8Array.of(0x61, 0xe2, 0x82), [2]))).rejects.toThrow(
      /ends in the middle of a character that begins at byte 1/
    );
  });

  it("are recognised as UTF-16 by its mark", async () => {
    await expect(decodeUtf8(cut(Uint8Array.of(0xff, 0xfe, 0x61, 0), []))).rejects.toThrow(
      /looks like UTF-16/
    );
  });
});
