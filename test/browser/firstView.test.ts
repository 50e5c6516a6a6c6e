import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {gzipSync} from "node:zlib";
import {describe, expect, inject, it} from "vitest";
import {chapters} from "../../src/components/book/chapters.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();
const pages = ["index.html", ...chapters.map(({path}) => `${path}.html`)];
const appendices = ["outgrow.html", "concepts.html"];

/** What a page of the book may load before the reader starts anything, compressed as a host would. */
const LARGEST_VIEW = 250_000;
/** Cumulative layout shift; web.dev calls 0.1 good, and nothing here should move at all. */
const LARGEST_SHIFT = 0.02;

/** Bytes of the site's files as most hosts send them. Pages share most. */
const sizes = new Map<string, Promise<number>>();
function compressedSize(name: string): Promise<number> {
  const read = async () => gzipSync(await readFile(join(inject("siteFolder"), name || "index.html"))).length;
  const size = sizes.get(name) ?? read();
  sizes.set(name, size);
  return size;
}

describe.each([...pages, ...appendices])("the first view of %s", (file) => {
  it.each([1280, 390])("is light, starts no engine and does not move, %i px wide", async (width) => {
    const {page, received, context} = await visit(undefined, {viewport: {width, height: 800}});
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(globalThis, {shifts});
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as {value: number}).value);
      }).observe({type: "layout-shift", buffered: true});
    });
    await page.goto(inject("siteUrl") + file, {waitUntil: "networkidle"});
    const shifts = await page.evaluate(() => (globalThis as unknown as {shifts: number[]}).shifts);
    expect(shifts.reduce((a, b) => a + b, 0)).toBeLessThan(LARGEST_SHIFT);
    const [inner, whole] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
    expect(whole).toBeLessThanOrEqual(inner!);

    const site = inject("siteUrl");
    const files = received.map(({url}) => decodeURIComponent(url.slice(site.length)).replace(/[?#].*/, ""));
    expect(files.filter((name) => /tfjs|tensorflow|onnxruntime|\.wasm$|\.onnx$/.test(name))).toEqual([]);
    const bytes = await Promise.all([...new Set(files)].map(compressedSize));
    const total = bytes.reduce((a, b) => a + b, 0);
    console.log(`${file}: ${files.length} files, ${total} bytes compressed`);
    expect(total).toBeLessThan(LARGEST_VIEW);
    await context.close();
  });
});
