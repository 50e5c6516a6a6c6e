import {afterEach, expect, it, vi} from "vitest";
import {tokensToBytes} from "../../src/components/corpus/tokenBytes.js";
import {loadCorpus} from "../../src/components/training/loadCorpus.js";
import {tinyCorpus} from "./corpus.js";

const corpus = tinyCorpus();
const files: Record<string, () => Response> = {
  "/meta": () => Response.json(corpus.meta),
  "/train": () => new Response(tokensToBytes(corpus.train.slice()) as Uint8Array<ArrayBuffer>),
  "/val": () => new Response(tokensToBytes(corpus.val.slice()) as Uint8Array<ArrayBuffer>)
};
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

it("refuses a text that is too short for the context, with the length that it needs", async () => {
  await expect(loadCorpus({kind: "text", name: "mine.txt", text: "short"}, 8)).rejects.toThrow(
    /“mine\.txt” has 5 characters, too few for a context of 8.* Use at least \d+ characters/
  );
});
