import {expect, it} from "vitest";
import {readTokens, storedLength, storeTokens} from "../../src/components/corpus/storedTokens.js";

const tokens = Uint16Array.from([0, 1, 258, 65_535, 7]);

it.each([
  ["an array", 10],
  ["a Blob", 9]
])("comes back from %s, whole or its beginning", async (_what, largest) => {
  const stored = storeTokens(tokens, largest);
  expect(stored instanceof Blob).toBe(largest < tokens.byteLength);
  expect(storedLength(stored)).toBe(5);
  expect(await readTokens(stored)).toEqual(tokens);
  expect(await readTokens(stored, 3)).toEqual(tokens.slice(0, 3));
  expect(await readTokens(stored, 0)).toHaveLength(0);
});

it("stores of a view only what it shows", () => {
  const stored = storeTokens(tokens.subarray(1, 3)) as Uint16Array;
  expect([stored.buffer.byteLength, ...stored]).toEqual([4, 1, 258]);
});
