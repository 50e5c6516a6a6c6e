import "fake-indexeddb/auto";
import {deleteDB} from "idb";
import {afterEach, expect, it, vi} from "vitest";
import {CorpusCache} from "../../src/components/corpus/corpusCache.js";
import type {Corpus} from "../../src/components/corpus/meta.js";
import {storyCorpus} from "../../src/components/corpus/storyCorpus.js";
import {tokensToBytes} from "../../src/components/corpus/tokenBytes.js";
import {loadCorpus} from "../../src/components/training/loadCorpus.js";
import {tinyCorpus} from "./corpus.js";

const corpus = tinyCorpus();
const filesOf = ({meta, train, val}: Corpus): Record<string, () => Response> => ({
  "/meta": () => Response.json(meta),
  "/train": () => new Response(tokensToBytes(train)),
  "/val": () => new Response(tokensToBytes(val))
});
const files = filesOf(corpus);
const serve = (served: Corpus) => async (url: string) => filesOf(served)[url]!();
const built = {kind: "built", metaUrl: "/meta", trainUrl: "/train", valUrl: "/val"} as const;
afterEach(() => vi.unstubAllGlobals());

it("fetches the site's corpus from where the page says", async () => {
  vi.stubGlobal("fetch", async (url: string) => files[url]!());
  const {meta, train, val} = await loadCorpus(built, 8);
  expect([meta, [...train], [...val]]).toEqual([corpus.meta, [...corpus.train], [...corpus.val]]);
});

it.each([
  ["is not there", async () => new Response("", {status: 404}), /could not be fetched \(HTTP 404\)\. Check/],
  [
    "cannot be reached",
    () => Promise.reject(new TypeError("Failed to fetch")),
    /could not be fetched\. Check/
  ],
  [
    "is cut short",
    async (url: string) => (url === "/train" ? new Response("ab") : files[url]!()),
    /train\.bin/
  ]
])("says so when it %s", async (_what, fetch, message) => {
  vi.stubGlobal("fetch", fetch);
  await expect(loadCorpus(built, 8)).rejects.toThrow(message);
});

it("tokenises the reader's own text and says that it stays here", async () => {
  const text = "Own words & <script>alert(1)</script>.\n".repeat(10);
  const {meta, train, val} = await loadCorpus({kind: "text", name: "mine.txt", text}, 8);
  expect(meta).toMatchObject({
    name: "mine.txt",
    floor: null,
    license: expect.stringMatching(/not left this/)
  });
  expect(train.length + val.length).toBe(text.length);
});

it("cuts the site's text again where another tokenizer is asked for", async () => {
  const {corpus: stories} = await storyCorpus({bytes: 50_000});
  vi.stubGlobal("fetch", serve(stories));
  const asked = {kind: "byte-pair", vocabularySize: 300} as const;
  const {meta, train, val} = await loadCorpus({...built, tokenizer: asked}, 8);
  const direct = await storyCorpus({bytes: 50_000, tokenizer: asked});
  expect([train, val]).toEqual([direct.corpus.train, direct.corpus.val]);
  expect({...meta, floor: null}).toEqual({...direct.corpus.meta, floor: null});
  expect(meta.floor!.val).toBeCloseTo(direct.corpus.meta.floor!.val, 12);
  expect(meta.floor!.train).toBeCloseTo(direct.corpus.meta.floor!.train, 12);

  vi.stubGlobal("fetch", serve({meta, train, val}));
  const back = await loadCorpus({...built, tokenizer: {kind: "character"}}, 8);
  expect([back.train, back.val]).toEqual([stories.train, stories.val]);
  expect(back.meta.counts).toEqual(stories.meta.counts);
  expect(back.meta.floor!.val).toBeCloseTo(stories.meta.floor!.val, 12);
});

it("keeps the site's tokens where they are of the tokenizer asked for", async () => {
  vi.stubGlobal("fetch", serve(corpus));
  const {meta} = await loadCorpus({...built, tokenizer: {kind: "character"}}, 8);
  expect(meta).toEqual(corpus.meta); // its checksum, which is none, would be another
});

it("refuses to guess a text that word pieces have lost, and sizes that cannot be", async () => {
  const {corpus: pieces} = await storyCorpus({
    bytes: 50_000,
    tokenizer: {kind: "word-piece", vocabularySize: 300}
  });
  vi.stubGlobal("fetch", serve(pieces));
  await expect(loadCorpus({...built, tokenizer: {kind: "character"}}, 8)).rejects.toThrow(
    /“story grammar” is stored as word-piece tokens, which do not hold all of its text/
  );
  vi.stubGlobal("fetch", () => expect.unreachable());
  await expect(loadCorpus({...built, tokenizer: {kind: "byte-pair", vocabularySize: 1}}, 8)).rejects.toThrow(
    /^vocabularySize is 1;/
  );
});

it("cuts the reader's own text as asked", async () => {
  const text = "Own words and own words.\n".repeat(100);
  const tokenizer = {kind: "byte-pair", vocabularySize: 270} as const;
  const {meta} = await loadCorpus({kind: "text", name: "mine.txt", text, tokenizer}, 8);
  expect(meta.counts.tokens).toBeLessThan(meta.counts.characters);
});

it("cuts a text once: the second time its tokens come from the cache", async () => {
  const NAME = "load-corpus-test";
  const openCache = () => CorpusCache.open({name: NAME});
  const say = vi.fn();
  const tokenizer = {kind: "byte-pair", vocabularySize: 270} as const;
  const own = {
    kind: "text",
    name: "a.txt",
    text: "Own words and own words.\n".repeat(100),
    tokenizer
  } as const;
  const first = await loadCorpus(own, 8, {openCache, say});
  expect(say).toHaveBeenCalledWith("Learning 270 byte pairs, and cutting the text with them …");
  say.mockClear();
  const again = await loadCorpus({...own, name: "b.txt"}, 8, {openCache, say});
  expect(say).not.toHaveBeenCalled();
  expect(again).toEqual({...first, meta: {...first.meta, name: "b.txt"}});

  // Nor are the site's tokens fetched again, for only their description is needed.
  const {corpus: stories} = await storyCorpus({bytes: 20_000});
  vi.stubGlobal("fetch", serve(stories));
  const cut = await loadCorpus({...built, tokenizer}, 8, {openCache});
  const fetched = vi.fn(serve(stories));
  vi.stubGlobal("fetch", fetched);
  expect(await loadCorpus({...built, tokenizer}, 8, {openCache})).toEqual(cut);
  expect(fetched.mock.calls.flat()).toEqual(["/meta"]);
  await deleteDB(NAME);
});

it("cuts a text all the same where nothing can be kept", async () => {
  const openCache = () => Promise.reject(new Error("Storage is forbidden."));
  const tokenizer = {kind: "word-piece", vocabularySize: 30} as const;
  const text = "Own words and own words.\n".repeat(100);
  const {meta} = await loadCorpus({kind: "text", name: "a.txt", text, tokenizer}, 8, {openCache});
  expect(meta.counts.tokens).toBeGreaterThan(100);
});

it("cleans the reader's text as a book where that is asked for, and tells what went", async () => {
  const onCleaned = vi.fn();
  const source = {kind: "text", name: "a.txt", text: "“Own” words.\r\n".repeat(100), isBook: true} as const;
  const {meta} = await loadCorpus(source, 8, {onCleaned});
  expect(Object.keys(meta.tokenizer.model.vocab)).toContain('"');
  expect(Object.keys(meta.tokenizer.model.vocab)).not.toContain("“");
  expect(onCleaned.mock.calls[0]![0]).toContainEqual(
    expect.objectContaining({from: "“", to: '"', count: 100})
  );
  expect((await loadCorpus({...source, isBook: false}, 8)).meta.counts.characters).toBeGreaterThan(1200);
});

it("refuses a text that is too short for the context, with the length that it needs", async () => {
  await expect(loadCorpus({kind: "text", name: "mine.txt", text: "short"}, 8)).rejects.toThrow(
    /“mine\.txt” has 5 characters, too few for a context of 8.* Use at least \d+ characters/
  );
});
