import "fake-indexeddb/auto";
import {deleteDB, openDB} from "idb";
import {afterEach, beforeAll, beforeEach, describe, expect, it, vi} from "vitest";
import {buildCorpus} from "../../src/components/corpus/buildCorpus.js";
import {
  CorpusCache,
  CorpusCacheError,
  cachedCorpus,
  tokenizerKey
} from "../../src/components/corpus/corpusCache.js";
import type {Corpus} from "../../src/components/corpus/meta.js";
import type {TokenizerChoice} from "../../src/components/text/tokenizerChoice.js";

const NAME = "corpus-cache-test";
const CHARACTER: TokenizerChoice = {kind: "character"};
const corpora: Corpus[] = [];
beforeAll(async () => {
  for (const word of ["kettle", "cup", "spoon", "tea"])
    corpora.push(
      await buildCorpus(`${word}s in a row\n`.repeat(40), {
        name: word,
        source: "test",
        license: "none",
        blockSize: 4
      })
    );
});
const size = ({meta, train, val}: Corpus) => JSON.stringify(meta).length + 2 * (train.length + val.length);

let time: number;
let cache: CorpusCache;
const open = (limit = 1e6) => CorpusCache.open({name: NAME, limit, now: () => ++time});
beforeEach(async () => {
  time = 0;
  cache = await open();
});
afterEach(async () => {
  vi.restoreAllMocks();
  cache.close();
  await deleteDB(NAME);
});
const names = async () => (await cache.list()).map(({name}) => name);
const get = (i: number, choice: TokenizerChoice = CHARACTER) => cache.get(corpora[i]!.meta.sha256, choice);

/** Makes the next transaction that puts something end as when the disk is full. */
function failNextWrite(reason: string): void {
  const {put} = IDBObjectStore.prototype;
  const spy = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (
    this: IDBObjectStore,
    ...args
  ) {
    spy.mockRestore();
    // fake-indexeddb's own way to end a transaction with an error.
    const transaction = this.transaction as unknown as {_abort(name: string): void};
    queueMicrotask(() => transaction._abort(reason));
    return put.apply(this, args);
  });
}

describe("CorpusCache", () => {
  it("gives back what it was given, also to another page, and nothing for another text or tokenizer", async () => {
    await cache.put(corpora[0]!, CHARACTER);
    cache.close();
    cache = await open();
    expect(await get(0)).toEqual({
      meta: corpora[0]!.meta,
      train: Uint16Array.from(corpora[0]!.train),
      val: Uint16Array.from(corpora[0]!.val)
    });
    expect(await get(1)).toBeNull();
    expect(await get(0, {kind: "character", padding: true})).toBeNull();
    expect(await get(0, {kind: "byte-pair", vocabularySize: 300})).toBeNull();
  });

  it("says what is stored and how many bytes it takes", async () => {
    await cache.put(corpora[0]!, CHARACTER);
    await cache.put(corpora[1]!, CHARACTER);
    await cache.put(corpora[1]!, CHARACTER);
    expect(await cache.list()).toEqual([
      {
        version: 1,
        name: "cup",
        sha256: corpora[1]!.meta.sha256,
        tokenizer: "character",
        bytes: size(corpora[1]!),
        usedAt: 3
      },
      expect.objectContaining({name: "kettle", bytes: size(corpora[0]!), usedAt: 1})
    ]);
    expect(await cache.bytesUsed()).toBe(size(corpora[0]!) + size(corpora[1]!));
    await cache.clear();
    expect(await cache.list()).toEqual([]);
    expect(await get(0)).toBeNull();
  });

  it("drops what was used least recently beyond the limit", async () => {
    const [a, b, c, d] = corpora.map(size) as [number, number, number, number];
    cache.close();
    cache = await open(Math.max(a + b + c, a + c + d));
    for (const corpus of corpora.slice(0, 3)) await cache.put(corpus, CHARACTER);
    await get(0);
    await cache.put(corpora[3]!, CHARACTER);
    expect(await names()).toEqual(["tea", "kettle", "spoon"]);
    expect(await get(1)).toBeNull();
    expect(await get(0)).not.toBeNull();
  });

  it("does not keep, nor evict for, what alone is beyond the limit", async () => {
    cache.close();
    cache = await open(size(corpora[1]!));
    await cache.put(corpora[1]!, CHARACTER);
    await expect(cache.put(corpora[0]!, CHARACTER)).rejects.toThrow(
      /^The tokens of “kettle” take 0.00 MB; this browser keeps at most 0.00 MB.*cut into tokens anew/
    );
    expect(await names()).toEqual(["cup"]);
  });

  it("stores no more of a shared buffer than the tokens", async () => {
    const {meta, train, val} = corpora[0]!;
    const buffer = new Uint16Array(100_000);
    buffer.set(train, 500);
    await cache.put({meta, train: buffer.subarray(500, 500 + train.length), val}, CHARACTER);
    const stored = (await get(0))!;
    expect(stored.train).toEqual(Uint16Array.from(train));
    expect(stored.train.buffer.byteLength).toBe(train.byteLength);
  });

  it("loses nothing when the storage is full, and says what follows", async () => {
    const [a, b] = corpora.map(size) as [number, number];
    cache.close();
    cache = await open(Math.max(a, b));
    await cache.put(corpora[0]!, CHARACTER);
    failNextWrite("QuotaExceededError");
    const refused = cache.put(corpora[1]!, CHARACTER);
    await expect(refused).rejects.toBeInstanceOf(CorpusCacheError);
    await expect(refused).rejects.toThrow(/storage for the site is full.*training goes on.*Free some space/);
    // What would have been evicted for it is still there.
    expect(await names()).toEqual(["kettle"]);
    expect(await get(0)).not.toBeNull();
    await cache.put(corpora[1]!, CHARACTER);
    expect(await names()).toEqual(["cup"]);
  });

  it("takes what another version of the site stored, or half of it, for nothing", async () => {
    for (const spoil of [
      (corpus: Corpus) => ({...corpus, meta: {...corpus.meta, version: 99}}),
      (corpus: Corpus) => ({...corpus, train: corpus.train.slice(1)}),
      () => ({}),
      () => undefined
    ]) {
      await cache.put(corpora[0]!, CHARACTER);
      const raw = await openDB(NAME, 1);
      const [key] = await raw.getAllKeys("corpora");
      const spoilt = spoil(corpora[0]!);
      if (spoilt) await raw.put("corpora", spoilt, key!);
      else await raw.delete("corpora", key!);
      raw.close();
      expect(await get(0)).toBeNull();
      expect(await cache.list()).toEqual([]);
    }
  });

  it("says when the browser has ended the connection", async () => {
    cache.close();
    expect(cache.isOpen).toBe(false);
    await expect(get(0)).rejects.toThrow(/storage could not be read .*: training goes on/);
  });
});

describe("cachedCorpus", () => {
  it("makes a corpus once", async () => {
    const make = vi.fn(async () => corpora[0]!);
    const {sha256} = corpora[0]!.meta;
    const first = await cachedCorpus(cache, sha256, CHARACTER, make);
    expect(await cachedCorpus(cache, sha256, CHARACTER, make)).toEqual({
      meta: first.meta,
      train: Uint16Array.from(first.train),
      val: Uint16Array.from(first.val)
    });
    expect(make).toHaveBeenCalledTimes(1);
  });

  it("makes it all the same where the browser refuses, and passes the reason on", async () => {
    const refusals: string[] = [];
    const hear = (error: CorpusCacheError) => refusals.push(error.message);
    const {sha256} = corpora[0]!.meta;
    failNextWrite("QuotaExceededError");
    const made = await cachedCorpus(cache, sha256, CHARACTER, async () => corpora[0]!, hear);
    expect(made).toBe(corpora[0]);
    cache.close();
    await cachedCorpus(cache, sha256, CHARACTER, async () => corpora[0]!, hear);
    expect(refusals).toEqual([
      expect.stringMatching(/is full/),
      expect.stringMatching(/could not be read/),
      expect.stringMatching(/could not be written/)
    ]);
  });

  it("passes on what goes wrong in the making", async () => {
    const failing = cachedCorpus(cache, "0".repeat(64), CHARACTER, async () => {
      throw new RangeError("too short");
    });
    await expect(failing).rejects.toThrow(RangeError);
  });
});

it("writes equal choices alike and others apart", () => {
  const choices: TokenizerChoice[] = [
    {kind: "character"},
    {kind: "character", padding: true},
    {kind: "byte-pair", vocabularySize: 300},
    {kind: "byte-pair", vocabularySize: 301},
    {kind: "byte-pair", vocabularySize: 300, padding: true},
    {kind: "word-piece", vocabularySize: 300}
  ];
  expect(new Set(choices.map(tokenizerKey)).size).toBe(choices.length);
  expect(tokenizerKey({kind: "character", padding: false})).toBe(tokenizerKey({kind: "character"}));
});
