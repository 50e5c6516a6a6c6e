import {mkdtemp, rm, writeFile} from "node:fs/promises";
import {createServer, type Server} from "node:http";
import type {AddressInfo} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {chooseCorpus} from "../../src/components/corpus/chooseCorpus.js";
import {readText} from "../../src/components/corpus/readText.js";

let folder: string;
let server: Server;
let origin: string;
const quiet = {onProgress: () => {}};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "read-text-"));
  server = createServer((request, response) => {
    const path = new URL(request.url!, "http://localhost").pathname;
    if (path === "/tale.txt") {
      // In pieces that cut the two-byte é.
      response.write(Buffer.from([0x63, 0x61, 0x66, 0xc3]));
      setTimeout(() => response.end(Buffer.from([0xa9])), 20);
    } else if (path === "/broken.txt") {
      response.writeHead(200, {"content-length": "100"});
      response.write("begins", () => response.destroy());
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.close();
  await rm(folder, {recursive: true});
});

async function file(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

describe("a file", () => {
  it("is read whole, normalised, and counted while it loads", async () => {
    const content = `\uFEFF${"één 😀\r\n".repeat(30_000)}`;
    const heard: [number, number | null][] = [];
    const read = await readText(await file("tale.txt", content), {
      onProgress: (...counts) => heard.push(counts)
    });
    expect(read.text).toBe("één 😀\n".repeat(30_000));
    expect(read).toMatchObject({name: "tale.txt", source: "tale.txt"});
    const total = Buffer.byteLength(content);
    expect(heard.length).toBeGreaterThan(3);
    expect(heard.at(-1)).toEqual([total, total]);
  });

  it.each<[string, () => Promise<string>, RegExp]>([
    [
      "missing",
      async () => join(folder, "nowhere.txt"),
      /nowhere.txt could not be opened. There is no such file: check/
    ],
    ["a folder", async () => folder, /is a folder. Name one text file/],
    ["empty", () => file("empty.txt", ""), /empty.txt is empty/],
    ["only a byte-order mark", () => file("mark.txt", "\uFEFF"), /mark.txt is empty/],
    [
      "not UTF-8",
      () => file("latin.txt", Uint8Array.of(0x63, 0x61, 0x66, 0xe9, 0x20)),
      /latin.txt could not be read. It is not UTF-8: byte 3 \(0xE9\).*Save the text as UTF-8/
    ]
  ])("that is %s is named, with what to do", async (_, path, message) => {
    await expect(readText(await path(), quiet)).rejects.toThrow(message);
  });

  it("shorter than a context is refused where the corpus is chosen", async () => {
    const path = await file("short.txt", "Too short a tale.");
    await expect(chooseCorpus(path, 128, quiet)).rejects.toThrow(
      /short.txt” has 17 characters.*at least 1281/
    );
  });
});

describe("a URL", () => {
  it("is read as a stream, and a query is not published", async () => {
    const read = await readText(`${origin}/tale.txt?token=secret`, quiet);
    expect(read).toMatchObject({text: "café", name: "tale.txt", source: `${origin}/tale.txt`});
    expect(JSON.stringify(read)).not.toContain("secret");
  });

  it.each<[string, () => string, RegExp]>([
    [
      "is not there",
      () => `${origin}/nowhere.txt`,
      /HTTP 404 Not Found for .*nowhere.txt. Check the address/
    ],
    [
      "breaks off",
      () => `${origin}/broken.txt`,
      /broken.txt could not be read..*Check the disk or the connection/
    ],
    ["is no URL", () => "https://[", /not a valid URL/]
  ])("that %s is named, with what to do", async (_, url, message) => {
    await expect(readText(url(), quiet)).rejects.toThrow(message);
  });

  it("that cannot be reached says why", async () => {
    const unreachable = (() =>
      Promise.reject(
        new TypeError("fetch failed", {cause: new Error("getaddrinfo ENOTFOUND x")})
      )) as typeof fetch;
    await expect(readText("https://x/tale.txt", {...quiet, fetch: unreachable})).rejects.toThrow(
      /https:\/\/x\/tale.txt could not be reached \(getaddrinfo ENOTFOUND x\). Check the address and the connection/
    );
  });

  it("that is too large is refused before it is read", async () => {
    const huge = (async () => new Response("x", {headers: {"content-length": "900000000"}})) as typeof fetch;
    await expect(readText("https://x/tale.txt", {...quiet, fetch: huge})).rejects.toThrow(
      /larger than 250.00 MB/
    );
  });
});
