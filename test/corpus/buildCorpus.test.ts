import {createHash} from "node:crypto";
import {afterEach, describe, expect, it, vi} from "vitest";
import {buildCorpus} from "../../src/components/corpus/buildCorpus.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";

const description = {name: "a text", source: "a test", license: "none", blockSize: 8};
afterEach(() => vi.unstubAllGlobals());

describe("buildCorpus", () => {
  it("normalises, counts, hashes, splits and keeps the text", async () => {
    const text = `\uFEFF${"Ünïcode 😀\r\n".repeat(20)}`;
    const clean = "Ünïcode 😀\n".repeat(20);
    const {meta, train, val} = await buildCorpus(text, description);
    expect(meta).toMatchObject({
      version: 1,
      name: "a text",
      source: "a test",
      license: "none",
      split: 0.9,
      floor: null,
      counts: {bytes: Buffer.byteLength(clean), characters: 200, tokens: 200, train: 180, val: 20}
    });
    expect(meta.sha256).toBe(createHash("sha256").update(clean).digest("hex"));
    const tokenizer = readTokenizer(meta.tokenizer);
    expect(tokenizer.decode(train) + tokenizer.decode(val)).toBe(clean);
  });

  it("refuses an empty text", async () => {
    await expect(buildCorpus("\uFEFF", description)).rejects.toThrow(/empty/);
  });

  it.each([1, 8, 128, 1024])(
    "says how long a text must be for a context of %i, and means it",
    async (blockSize) => {
      const error = await buildCorpus("ab", {...description, blockSize}).catch((reason: Error) => reason);
      expect(error).toBeInstanceOf(RangeError);
      const fewest = Number(/at least (\d+)/.exec((error as Error).message)![1]);
      const {val} = await buildCorpus("ab".repeat(fewest).slice(0, fewest), {...description, blockSize});
      expect(val.length).toBeGreaterThanOrEqual(blockSize + 1);
      await expect(
        buildCorpus("ab".repeat(fewest).slice(0, fewest - 1), {...description, blockSize})
      ).rejects.toThrow(`${fewest - 1} characters, too few for a context of ${blockSize}`);
    }
  );

  it("says what to do where the browser has no checksums", async () => {
    vi.stubGlobal("crypto", {});
    await expect(buildCorpus("ab".repeat(100), description)).rejects.toThrow(/https:\/\/ or on localhost/);
  });
});
