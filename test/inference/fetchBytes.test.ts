import {afterEach, expect, it, vi} from "vitest";
import {fetchBytes, fetchText} from "../../src/components/inference/fetchBytes.js";

const answer = (make: () => Response | Promise<Response>) =>
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => make())
  );
afterEach(() => void vi.unstubAllGlobals());

it("reads a file whole, as bytes or as text, and tells how far it has come", async () => {
  const bytes = new TextEncoder().encode("Ünïcode");
  answer(() => new Response(bytes, {headers: {"Content-Length": String(bytes.length)}}));
  const heard: [number, number | null][] = [];
  expect(await fetchBytes("f", (loaded, total) => heard.push([loaded, total]))).toEqual(bytes);
  expect(heard.at(-1)).toEqual([bytes.length, bytes.length]);
  expect(await fetchText("f")).toBe("Ünïcode");
});

it("knows no total of what was compressed on its way", async () => {
  answer(() => new Response("abc", {headers: {"Content-Length": "2", "Content-Encoding": "gzip"}}));
  const totals: (number | null)[] = [];
  await fetchBytes("f", (_, total) => totals.push(total));
  expect(totals).toEqual([null]);
});

it("names the file that cannot be had", async () => {
  answer(() => new Response("", {status: 404, statusText: "Not Found"}));
  await expect(fetchText("a.json")).rejects.toThrow(
    "a.json could not be loaded: the server answered 404 Not Found."
  );
  answer(() => Promise.reject(new Error("offline")));
  await expect(fetchBytes("a.bin")).rejects.toThrow("a.bin could not be loaded (offline).");
});
