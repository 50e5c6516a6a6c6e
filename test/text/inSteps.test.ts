import {describe, expect, it, vi} from "vitest";
import {CHARACTER_OF_TOKEN} from "../../src/components/text/byteAlphabet.js";
import {bytePairTokenizer} from "../../src/components/text/bytePairTokenizer.js";
import {atOnce, type InSteps, inTurns} from "../../src/components/text/inSteps.js";
import {readTokenizer, readTokenizerInSteps} from "../../src/components/text/tokenizerFile.js";

/** Takes 3 ms a step. */
function* slow(steps: number): InSteps<string> {
  for (let i = 0; i < steps; i++) {
    const end = performance.now() + 3;
    while (performance.now() < end);
    yield;
  }
  return "done";
}

describe("work in steps", () => {
  it("gives the same at once and in turns, which let others go first", async () => {
    const rest = vi.fn(() => new Promise((resolve) => setTimeout(resolve)));
    expect(atOnce(slow(2))).toBe("done");
    expect(await inTurns(slow(12), rest)).toBe("done");
    expect(rest.mock.calls.length).toBeGreaterThanOrEqual(4);
    expect(rest.mock.calls.length).toBeLessThanOrEqual(12);
  });

  it("obeys an abort, and passes on what goes wrong", async () => {
    const controller = new AbortController();
    const rest = async () => controller.abort();
    await expect(inTurns(slow(12), rest, controller.signal)).rejects.toMatchObject({name: "AbortError"});
    const steps = readTokenizerInSteps({version: "1.0", model: 3});
    await expect(inTurns(steps, async () => {})).rejects.toThrow(/it has no model/);
  });
});

it("a tokenizer of many merges is read in short steps, and is the same", async () => {
  // Of each byte a chain: itself with the first letters, each token one letter longer.
  const merges: {left: number; right: number}[] = [];
  for (let byte = 0; byte < 256; byte++)
    for (let length = 0; length < 12; length++)
      merges.push({left: length === 0 ? byte : 255 + merges.length, right: 60 + length});
  const file = JSON.parse(JSON.stringify(bytePairTokenizer(merges, "<|end|>").toJSON()));
  let steps = 0;
  const reading = readTokenizerInSteps(file);
  let next = reading.next();
  for (; !next.done; next = reading.next()) steps++;
  // Read, made and written out, each 512 at a time.
  expect(steps).toBeGreaterThanOrEqual((3 * merges.length) / 512);
  const [one, other] = [next.value, readTokenizer(file)];
  expect(one.vocabulary).toEqual(other.vocabulary);
  expect(one.vocabulary).toHaveLength(256 + merges.length + 1);
  // Bytes that are no whole characters, and those that are.
  expect(one.vocabulary[CHARACTER_OF_TOKEN.indexOf("é")]).toBe("<0xE9>");
  expect(one.vocabulary[256]).toMatch(/^.{2}$/);
  const text = "!]^_ and é";
  expect(one.encode(text)).toEqual(other.encode(text));
  expect(one.decode(one.encode(text).ids)).toBe(text);
});
