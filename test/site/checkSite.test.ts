import {mkdir, mkdtemp, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {afterEach, beforeEach, describe, expect, it} from "vitest";
import {checkSite} from "../../src/cli/checkSite.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "site-"));
  await write("index.html", page(`<h1 id="top">Home</h1>`));
});
afterEach(() => rm(folder, {recursive: true}));

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), {recursive: true});
  await writeFile(join(folder, file), text);
}

const page = (body: string, head = "") =>
  `<!DOCTYPE html><html><head>${head}</head><body>${body}</body></html>`;

describe("a sound site", () => {
  it("has no faults", async () => {
    await write(
      "train.html",
      page(
        `<a href="./#top">home</a> <a href="#here">here</a> <p id="here"></p> <a href="https://example.org/">elsewhere</a>`,
        `<link rel="stylesheet" href="./_import/style.css"><link rel="icon" href="data:,">
         <script type="module">import {a} from "./_import/a.js"; new URL("./_file/b.bin", location);</script>`
      )
    );
    await write(
      "_import/style.css",
      `body { background: url("data:image/png;base64,"), url(../_file/b.bin); fill: url(#clip) }`
    );
    await write(
      "_import/a.js",
      `export const a = [import("./c.js"), import.meta.resolve("../_node/x.wasm")]; fetch("./unknown" + a);`
    );
    await write("_import/c.js", "export {};");
    await write("_node/x.wasm", "");
    await write("_file/b.bin", "");
    expect(await checkSite(folder)).toEqual([]);
  });

  it("may hold Framework's library, which names npm packages that no page uses", async () => {
    await write("_observablehq/stdlib.js", `export const d3 = () => import("../_npm/d3@0.0.0/_esm.js");`);
    expect(await checkSite(folder)).toEqual([]);
  });
});

describe.each<[what: string, body: string, head: string, fault: string]>([
  ["a link to no page", `<a href="./nowhere.html">x</a>`, "", `link to "./nowhere.html" is not a file`],
  [
    "a link to no anchor",
    `<a href="./#nothing">x</a>`,
    "",
    `link to "./#nothing" names an anchor that index.html lacks`
  ],
  ["a link from the host's root", `<a href="/index.html">x</a>`, "", "breaks under a subpath"],
  ["a missing image", `<img src="./no.png">`, "", `img "./no.png" is not a file`],
  ["a foreign image", `<img src="https://example.org/a.png">`, "", "is loaded from another origin"],
  ["a foreign image by srcset", `<img srcset="//example.org/a.png 2x">`, "", "is loaded from another origin"],
  [
    "a foreign style",
    "",
    `<link rel="stylesheet" href="https://example.org/a.css">`,
    "is loaded from another origin"
  ],
  [
    "a foreign font",
    "",
    `<style>@import "https://example.org/a.css";</style>`,
    "is loaded from another origin"
  ],
  ["a foreign script", "", `<script src="//example.org/a.js"></script>`, "is loaded from another origin"],
  [
    "a foreign module",
    "",
    `<script type="module">import "https://example.org/a.js";</script>`,
    "another origin"
  ],
  [
    "a foreign fetch",
    "",
    `<script type="module">fetch("https://example.org/data.json");</script>`,
    "another origin"
  ],
  [
    "a foreign worker",
    "",
    `<script type="module">new Worker("https://example.org/w.js");</script>`,
    "another origin"
  ],
  ["an npm: import", "", `<script type="module">import "npm:d3";</script>`, "was never resolved"],
  ["a bare import", "", `<script type="module">import "htl";</script>`, "was never resolved"],
  ["a missing module", "", `<script type="module">import("./_import/no.js");</script>`, "is not a file"],
  ["a missing worker", "", `<script type="module">import.meta.resolve("./no.js");</script>`, "is not a file"],
  ["a missing file", "", `<script type="module">({"path":"./_file/no.json"});</script>`, "is not a file"]
])("%s", (_what, body, head, fault) => {
  it("is a fault that names its page", async () => {
    await write("page.html", page(body, head));
    const faults = await checkSite(folder);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^page\.html: /);
    expect(faults[0]).toContain(fault);
  });
});

it("finds what a module of the site lacks", async () => {
  await write("_import/a.js", `import "./b.js";`);
  expect(await checkSite(folder)).toEqual([`_import/a.js: import of "./b.js" is not a file of the site`]);
});

it("refuses what a build downloaded from a CDN", async () => {
  await write("_npm/d3@7.9.0/_esm.js", "export {};");
  expect(await checkSite(folder)).toEqual([expect.stringContaining("was downloaded from a CDN")]);
});
