import "fake-indexeddb/auto";
import {deleteDB} from "idb";
import {afterEach, describe, expect, it, vi} from "vitest";
import {CorpusCache} from "../../src/components/corpus/corpusCache.js";
import type {Corpus} from "../../src/components/corpus/meta.js";
import {storyCorpus} from "../../src/components/corpus/storyCorpus.js";
import {tokensToBytes} from "../../src/components/corpus/tokenBytes.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
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

describe("a file", () => {
  const NAME = "load-file-test";
  const openCache = () => CorpusCache.open({name: NAME});
  afterEach(() => deleteDB(NAME));
  const text = "Own words, naïve and “quoted” ones.\r\n".repeat(300);
  const source = {kind: "file", name: "large.txt", file: new Blob([text])} as const;

  it.each([{kind: "character"}, {kind: "byte-pair", vocabularySize: 280}] as const)(
    "gives the corpus of its text, cut by %o",
    async (tokenizer) => {
      const whole = await loadCorpus({kind: "text", name: "large.txt", text, tokenizer}, 8);
      expect(await loadCorpus({...source, tokenizer}, 8)).toEqual(whole);
    }
  );

  it("is read twice, with its bytes told, and once more to find its tokens kept", async () => {
    const heard: string[] = [];
    const hooks = {
      openCache,
      onReading: ({purpose, bytes, total}: {purpose: string; bytes: number; total: number}) => {
        expect(total).toBe(source.file.size);
        if (bytes === total) heard.push(purpose);
      },
      remark: (message: string) => heard.push(message)
    };
    const first = await loadCorpus(source, 8, hooks);
    expect(heard.splice(0)).toEqual(["learn", "cut"]);
    const again = await loadCorpus({...source, name: "same.txt"}, 8, hooks);
    expect(heard.splice(0)).toEqual([
      "recognise",
      "The tokens of “same.txt” were kept in this browser, so it was not cut again."
    ]);
    expect(again).toEqual({...first, meta: {...first.meta, name: "same.txt"}});
    // Tokens of another kind, or of another text, are no use.
    await loadCorpus({...source, tokenizer: {kind: "byte-pair", vocabularySize: 280}}, 8, hooks);
    expect(heard.splice(0)).toEqual(["learn", "cut"]);
    await loadCorpus({...source, file: new Blob([text, "."])}, 8, {...hooks, onReading: () => {}});
    expect(heard).toEqual([]);
  });

  it("says why its tokens are not kept, and is used all the same", async () => {
    const remark = vi.fn();
    const tiny = () => CorpusCache.open({name: NAME, limit: 100});
    const {meta} = await loadCorpus(source, 8, {openCache: tiny, remark});
    expect(meta.counts.characters).toBe(text.length - 300);
    expect(remark).toHaveBeenCalledWith(
      expect.stringMatching(/^The tokens of “large\.txt” take .* keeps at most/)
    );
  });

  it("is given up when the reader stops it", async () => {
    const stopping = new AbortController();
    const file = new Blob(new Array(20).fill(text)); // which comes in several pieces
    const loaded = loadCorpus({...source, file}, 8, {
      signal: stopping.signal,
      onReading: ({purpose}) => {
        if (purpose === "cut") stopping.abort();
      }
    });
    const error: unknown = await loaded.catch((error: unknown) => error);
    expect(stopping.signal.aborted).toBe(true);
    expect(error).toBe(stopping.signal.reason);
  });

  it.each([
    [
      "not UTF-8",
      Uint8Array.of(0x61, 0xff),
      /“large\.txt” could not be read\. It is not UTF-8: byte 1 .*Save the text/
    ],
    ["binary", Uint8Array.of(0x61, 0x62, 0), /It is not a plain text: byte 2 is zero\./]
  ])("that is %s is refused, cleaned or not", async (_what, bytes, message) => {
    for (const isBook of [false, true])
      await expect(loadCorpus({...source, file: new Blob([bytes]), isBook}, 8)).rejects.toThrow(message);
  });

  it("that goes away between two readings is told of", async () => {
    const file = new Blob([text]);
    const stream = file.stream.bind(file);
    let readings = 0;
    file.stream = () => {
      readings += 1;
      if (readings === 2) throw new DOMException("It has changed.", "NotReadableError");
      return stream();
    };
    await expect(loadCorpus({...source, file}, 8)).rejects.toThrow(
      "“large.txt” could not be read. It has changed. Check that the file is still there and try again."
    );
  });

  it("is read whole to be cleaned as a book, and refused where it is too large for that", async () => {
    const onCleaned = vi.fn();
    const {meta} = await loadCorpus({...source, isBook: true}, 8, {onCleaned});
    const cleaned = await loadCorpus({kind: "text", name: "large.txt", text, isBook: true}, 8);
    expect(meta).toEqual(cleaned.meta);
    expect(onCleaned.mock.calls[0]![0]).toContainEqual(
      expect.objectContaining({from: "“", to: '"', count: 300})
    );
    const sized = (size: number) => Object.defineProperty(new Blob(["a"]), "size", {value: size});
    await expect(loadCorpus({...source, file: sized(20_000_001), isBook: true}, 8)).rejects.toThrow(
      /“large\.txt” has 20,000,001 bytes; at most 20,000,000 can be cleaned as a book\./
    );
    await expect(loadCorpus({...source, file: sized(1_000_000_001)}, 8)).rejects.toThrow(
      /1,000,000,001 bytes; at most 1,000,000,000 can be used here\./
    );
  });
});

describe("a token for padding", () => {
  it.each([
    {kind: "character"},
    {kind: "byte-pair", vocabularySize: 300},
    {kind: "word-piece", vocabularySize: 300}
  ] as const)("is added to the site's own of %o, whose tokens stay", async (tokenizer) => {
    const {corpus: stories} = await storyCorpus({bytes: 50_000, tokenizer});
    vi.stubGlobal("fetch", serve(stories));
    const {meta, train, val} = await loadCorpus({...built, tokenizer: {...tokenizer, padding: true}}, 8);
    expect([train, val]).toEqual([stories.train, stories.val]);
    expect({...meta, tokenizer: null}).toEqual({...stories.meta, tokenizer: null});
    const padded = readTokenizer(meta.tokenizer);
    expect(padded.paddingId).toBe(readTokenizer(stories.meta.tokenizer).vocabulary.length);
    const direct = await storyCorpus({bytes: 50_000, tokenizer: {...tokenizer, padding: true}});
    expect(meta.tokenizer).toEqual(direct.corpus.meta.tokenizer);
  });

  it("is there when the text is cut anew, too", async () => {
    const {corpus: stories} = await storyCorpus({bytes: 50_000});
    vi.stubGlobal("fetch", serve(stories));
    const tokenizer = {kind: "byte-pair", vocabularySize: 300, padding: true} as const;
    const {meta} = await loadCorpus({...built, tokenizer}, 8);
    expect(readTokenizer(meta.tokenizer).paddingId).toBe(300);
  });
});
