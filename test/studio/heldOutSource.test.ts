import {afterEach, expect, test, vi} from "vitest";
import {storyCorpus} from "../../src/components/corpus/storyCorpus.js";
import {tokensToBytes} from "../../src/components/corpus/tokenBytes.js";
import {openHeldOutSource} from "../../src/components/studio/heldOutSource.js";

const {corpus} = await storyCorpus({bytes: 5000});
const files = {corpusMeta: "meta", training: "train", validation: "val"};
const served: Record<string, string | Uint8Array<ArrayBuffer>> = {
  meta: JSON.stringify(corpus.meta),
  train: tokensToBytes(corpus.train),
  val: tokensToBytes(corpus.val)
};
const serve = (changes: typeof served = {}) =>
  vi.stubGlobal("fetch", async (url: string) => new Response({...served, ...changes}[url]));
afterEach(() => void vi.unstubAllGlobals());

const shipped = {own: false, mismatch: null};
const store = (found: {summary: unknown; tokens: unknown}) => async () =>
  ({summary: async () => found.summary, tokens: async () => found.tokens, close() {}}) as never;

test("the model that ships has the site's text", async () => {
  serve();
  const {name, source, own} = await openHeldOutSource(files, shipped);
  expect([name, own]).toEqual(["story grammar", true]);
  expect(source).toEqual({
    tokenizer: corpus.meta.tokenizer,
    train: corpus.train,
    val: corpus.val,
    stories: true
  });
  expect((await openHeldOutSource(files, {own: false, mismatch: {trainedOn: "x"}})).own).toBe(false);
});

test("the reader's own has its run's, from storage", async () => {
  const meta = {...corpus.meta, name: "mine", floor: null};
  const tokens = {runId: "a", train: corpus.train, val: corpus.val};
  const openStore = store({summary: {runId: "a", corpus: meta}, tokens});
  const own = {own: true, mismatch: {trainedOn: "mine"}};
  const found = await openHeldOutSource(files, own, {openStore});
  expect(found).toMatchObject({name: "mine", own: true, source: {stories: false}});
  expect(found.source.val).toEqual(corpus.val);
  for (const gone of [
    {summary: null, tokens: null},
    {summary: {runId: "b", corpus: meta}, tokens}
  ])
    await expect(openHeldOutSource(files, own, {openStore: store(gone)})).rejects.toThrow(
      "No trained run is stored in this browser any more"
    );
});

test("a damaged file and an abort are told", async () => {
  serve({val: new Uint8Array(3)});
  await expect(openHeldOutSource(files, shipped)).rejects.toThrow(/val\.bin has 3 bytes/);
  serve();
  const signal = AbortSignal.abort();
  await expect(openHeldOutSource(files, shipped, {signal})).rejects.toMatchObject({name: "AbortError"});
});
