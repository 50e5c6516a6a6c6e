import {createHash} from "node:crypto";
import {afterEach, describe, expect, it, vi} from "vitest";
import {buildCorpus} from "../../src/components/corpus/buildCorpus.js";
import {charactersPerToken} from "../../src/components/corpus/meta.js";
import {splitText} from "../../src/components/corpus/split.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {trainBytePairTokenizer} from "../../src/components/text/trainBytePairs.js";

const description = {name: "a text", source: "a test", license: "none", blockSize: 8};
afterEach(() => vi.unstubAllGlobals());

describe("buildCorpus", () => {
  it("normalises, counts, hashes, splits and keeps the text", async () => {
    const text = `\uFEFF${"Ünïcode 😀\r\n".repeat(20)}`;
    const clean = "Ünïcode 😀\n".repeat(20);
    const {meta, train, val} = await buildCorpus(text, description);
    expect(meta).toMatchObject({
      version: 2,
      name: "a text",
      source: "a test",
      license: "none",
      split: 0.9,
      floor: null,
      unknown: {total: 0, kinds: 0, list: []},
      counts: {
        bytes: Buffer.byteLength(clean),
        characters: 200,
        tokens: 200,
        train: 180,
        val: 20,
        trainCharacters: 180,
        valCharacters: 20
      }
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

  it("splits at the same character for every tokenizer, and learns byte pairs from the training part", async () => {
    const text = `${"Ünïcode 😀 now\n".repeat(60)}${"zyxzyxzyx ".repeat(8)}`;
    const split = splitText(text);
    expect(split.train).not.toContain("zyx");
    const {meta, train, val} = await buildCorpus(text, {
      ...description,
      tokenizer: {kind: "byte-pair", vocabularySize: 280, padding: true}
    });
    const tokenizer = readTokenizer(meta.tokenizer);
    expect([tokenizer.decode(train), tokenizer.decode(val)]).toEqual([split.train, split.val]);
    expect(tokenizer.toJSON()).toEqual(
      trainBytePairTokenizer(split.train, {vocabularySize: 280, padding: "<|pad|>"}).toJSON()
    );
    expect(tokenizer.vocabulary.filter((token) => /[xyz]{2}/.test(token))).toEqual([]);
    const [trainCharacters, valCharacters] = [[...split.train].length, [...split.val].length];
    expect(meta.counts).toEqual({
      bytes: Buffer.byteLength(text),
      characters: trainCharacters + valCharacters,
      tokens: train.length + val.length,
      train: train.length,
      val: val.length,
      trainCharacters,
      valCharacters
    });
    expect(charactersPerToken(meta, "train")).toBe(trainCharacters / train.length);
    expect(charactersPerToken(meta, "val")).toBeLessThan(charactersPerToken(meta, "train"));
    expect(meta.unknown.total).toBe(0);
  });

  it("reports the words of the validation part that word pieces cannot spell", async () => {
    const words = Array.from({length: 25}, (_, i) => "xyz".repeat(i + 1)).join(" ");
    const text = `${"the cat sat on the mat ".repeat(500)}\n${words} xyz`;
    const {meta, train, val} = await buildCorpus(text, {
      ...description,
      tokenizer: {kind: "word-piece", vocabularySize: 30}
    });
    expect([...train]).not.toContain(0);
    expect([...val].filter((id) => id === 0)).toHaveLength(26);
    expect(meta.unknown).toMatchObject({total: 26, kinds: 25});
    expect(meta.unknown.list).toHaveLength(20);
    expect(meta.unknown.list.slice(0, 2)).toEqual([
      {text: "xyz", count: 2},
      {text: "xyzxyz", count: 1}
    ]);
    expect(meta.unknown.list[19]!.text).toBe(`${"xyz".repeat(14).slice(0, 40)}…`);
  });

  it("refuses a text of too few tokens, in tokens", async () => {
    const tokenizer = {kind: "byte-pair", vocabularySize: 300} as const;
    await expect(buildCorpus("ab".repeat(100), {...description, tokenizer})).rejects.toThrow(
      /“a text” has \d+ tokens for training and \d+ for validation, too few for a context of 8: each must hold 9\./
    );
    await expect(buildCorpus("a", {...description, tokenizer})).rejects.toThrow(/“a text” has 1 characters/);
  });

  it("refuses an impossible tokenizer before it reads the text", async () => {
    const tokenizer = {kind: "byte-pair", vocabularySize: 100} as const;
    await expect(buildCorpus("", {...description, tokenizer})).rejects.toThrow(/^vocabularySize is 100;/);
  });

  it("says what to do where the browser has no checksums", async () => {
    vi.stubGlobal("crypto", {});
    await expect(buildCorpus("ab".repeat(100), description)).rejects.toThrow(/https:\/\/ or on localhost/);
  });
});
