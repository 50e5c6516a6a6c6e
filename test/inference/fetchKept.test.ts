import {createServer, type Server} from "node:http";
import type {AddressInfo} from "node:net";
import {afterAll, beforeAll, beforeEach, expect, test} from "vitest";
import {type Caches, fetchKept, neverChanges} from "../../src/components/inference/fetchKept.js";

const content = Buffer.alloc(100_000, "glass");
let server: Server;
let origin: string;
let asked = 0;

beforeAll(async () => {
  server = createServer((_, response) => {
    asked++;
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  asked = 0;
});

/** A Cache Storage in memory, in the order of insertion as in browsers. */
function storage(problem?: string) {
  const entries = new Map<string, Response>();
  const store = {
    match: async (url: string) => entries.get(url)?.clone(),
    keys: async () => [...entries.keys()].map((url) => ({url})),
    delete: async ({url}: {url: string}) => entries.delete(url),
    put: async (url: string, response: Response) => {
      if (problem) throw new DOMException("refused", problem);
      entries.set(url, response);
    }
  };
  return {entries, caches: {open: async () => store as unknown as Cache} as Caches};
}

const file = (name: string) => `${origin}/_file/data/${name}.1a2b3c4d.onnx`;

test("a file is downloaded once, and comes from the browser afterwards, byte by byte", async () => {
  const {caches} = storage();
  const heard: [number, number | null][] = [];
  for (let visit = 0; visit < 2; visit++) {
    const bytes = await fetchKept(file("model"), {
      caches,
      onProgress: (loaded, total) => heard.push([loaded, total])
    });
    expect(Buffer.from(bytes).equals(content)).toBe(true);
    expect(heard.at(-1)).toEqual([content.length, content.length]);
  }
  expect(asked).toBe(1);
});

test("what may change, and what no storage takes, is downloaded each time", async () => {
  const {caches, entries} = storage();
  for (let visit = 0; visit < 2; visit++) await fetchKept(`${origin}/model.onnx`, {caches});
  expect(asked).toBe(2);
  expect(entries.size).toBe(0);
  await fetchKept(file("model"), {caches: undefined});
  const refused: Caches = {open: () => Promise.reject(new DOMException("no", "SecurityError"))};
  await fetchKept(file("model"), {caches: refused});
  expect(asked).toBe(4);
});

test("a storage that is full is spoken of, and the file is there", async () => {
  const remarks: string[] = [];
  const onRemark = (sentence: string) => remarks.push(sentence);
  const full = await fetchKept(file("a"), {caches: storage("QuotaExceededError").caches, onRemark});
  await fetchKept(file("b"), {caches: storage("UnknownError").caches, onRemark});
  expect(full.length).toBe(content.length);
  expect(remarks).toEqual([
    "The browser has no room left to keep a file of 0.1 MB: it works, and will be downloaded again at the next visit.",
    "The browser would not keep (UnknownError) a file of 0.1 MB: it works, and will be downloaded again at the next visit."
  ]);
});

test("a kept file that is cut short is downloaded anew", async () => {
  const {caches, entries} = storage();
  entries.set(
    file("model"),
    new Response(content.subarray(0, 10), {headers: {"Content-Length": String(content.length)}})
  );
  expect((await fetchKept(file("model"), {caches})).length).toBe(content.length);
  expect(asked).toBe(1);
});

test("the oldest files make room for new ones", async () => {
  const {caches, entries} = storage();
  for (const name of ["a", "b", "c", "d", "e", "f", "g", "h"]) await fetchKept(file(name), {caches});
  expect([...entries.keys()]).toEqual(["c", "d", "e", "f", "g", "h"].map(file));
});

test("names tell which files never change", () => {
  const site = "https://example.org/glass/";
  for (const path of ["_file/data/model/model.f9954788.onnx", "_node/onnxruntime-web@1.30.0/ort.wasm"])
    expect(neverChanges(site + path)).toBe(true);
  for (const path of ["model.onnx", "model.f9954788.onnx?v=2", "runs@home/model.onnx"])
    expect(neverChanges(site + path)).toBe(false);
  expect(neverChanges("blob:https://example.org/a.f9954788.onnx")).toBe(false);
});
