import {readFile} from "node:fs/promises";
import {createRequire} from "node:module";
import type {RunOnly} from "axe-core";
import type {Page} from "playwright-core";
import {afterAll, beforeAll, describe, expect, inject, it} from "vitest";
import {sitePages} from "../../src/cli/siteFiles.js";
import {useBrowser} from "./visit.js";

const visit = useBrowser();
/** Old addresses that only lead on have a test of their own. */
const pages = await sitePages(inject("siteFolder"));
const axeSource = readFile(createRequire(import.meta.url).resolve("axe-core"), "utf8");

// One visit a page, since most of a visit is waiting for it.
describe.each(pages)("%s", (file) => {
  let page: Page;
  let expectClean: () => void;
  beforeAll(async () => {
    ({page, expectClean} = await visit(file, {colorScheme: "light"}));
    await page.waitForLoadState("networkidle");
    await page.evaluate(await axeSource);
  });
  afterAll(() => page.context().close());

  it("opens without an error or a foreign request", async () => {
    expect(await page.title()).toContain("Glassformer");
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    expect(await page.locator(".observablehq--error").allTextContents()).toEqual([]);
    expectClean();
  });

  it("says in words what its figures draw", async () => {
    const {unnamed, mute} = await page.evaluate(() => {
      const seen = (node: Element) => node.getBoundingClientRect().width > 0;
      const name = "[aria-hidden=true], [aria-label], [aria-labelledby]";
      const graphics = [...document.querySelectorAll("main :is(canvas, svg)")].filter(seen);
      const figures = [...document.querySelectorAll("main figure.figure")].filter(seen);
      const words = ".figure-reading, [role=status], [aria-live], table, output, dl";
      return {
        unnamed: graphics
          .filter(
            (node) =>
              !node.matches(name) &&
              !node.closest(`[role]${name}, button${name}, button[title], [aria-hidden=true]`)
          )
          .map((node) => node.outerHTML.slice(0, 100)),
        mute: figures
          .filter((node) => !node.parentElement!.closest("figure") && !node.querySelector(words))
          .map((node) => node.className)
      };
    });
    expect({unnamed, mute}).toEqual({unnamed: [], mute: []});
  });

  it.each(["light", "dark"] as const)("is accessible in %s colours", async (colorScheme) => {
    await page.emulateMedia({colorScheme});
    // What is not about colours is the same in both.
    const runOnly: RunOnly =
      colorScheme === "light"
        ? {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
        : {type: "rule", values: ["color-contrast", "link-in-text-block"]};
    const violations = await page.evaluate(async (runOnly) => {
      const {axe} = globalThis as unknown as {axe: typeof import("axe-core")};
      const {violations} = await axe.run({runOnly});
      return violations.map(
        ({id, help, nodes}) => `${id}: ${help}: ${nodes.map((node) => node.html).join(" ")}`
      );
    }, runOnly);
    expect(violations).toEqual([]);
  });

  it("prints within the width of a page", async () => {
    // The width that A4 has between Chromium's margins, in CSS pixels.
    await page.setViewportSize({width: 718, height: 1000});
    await page.emulateMedia({media: "print", colorScheme: "light"});
    // Figures that fit themselves to the width hear of it in a frame and draw in the next.
    await page.evaluate(
      () =>
        new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(drawn))))
    );
    const clipped = await page.evaluate(() =>
      [...document.querySelectorAll("main :is(p, li, table, figure, pre, canvas, textarea)")]
        .filter((node) => !node.closest("[hidden], .visually-hidden"))
        .map((node) => ({
          right: Math.round(node.getBoundingClientRect().right),
          html: node.outerHTML.slice(0, 80)
        }))
        .filter(({right}) => right > innerWidth)
    );
    expect(clipped).toEqual([]);
  });
});

/**
 * The most that a page's first view may take, in bytes before compression, somewhat above what was measured: the home
 * page received 439 kB in 83 files, the lab 534 kB in 136, of which 123 kB are the one sheet of all fourteen chapters.
 * Compressed it is a third of that; see firstView.test.ts.
 */
const FIRST_VIEW = {"": 460_000, "lab.html": 560_000};

it.each(Object.entries(FIRST_VIEW))(
  "opens “%s” without an engine, in at most %i bytes",
  async (file, limit) => {
    const {page, received, context} = await visit(file);
    await page.waitForLoadState("networkidle");
    const urls = received.map(({url}) => url.slice(inject("siteUrl").length));
    const bytes = received.reduce((sum, file) => sum + file.bytes, 0);
    console.log(`First view of “${file}”: ${received.length} files, ${bytes} bytes`);
    expect(received.every((file) => file.bytes > 0)).toBe(true);
    expect(urls.filter((url) => /tfjs|tensorflow|onnxruntime|\.wasm|\.onnx|\.bin/.test(url))).toEqual([]);
    expect(bytes).toBeLessThan(limit);
    await context.close();
  }
);

it("refuses a request to another origin", async () => {
  const {page, foreign, problems, context} = await visit("");
  const answer = await page.evaluate(() => fetch("https://example.org/").then(String, String));
  expect(answer).toMatch(/Failed to fetch/);
  expect(problems.join()).toMatch(/Content Security Policy/);
  expect(foreign).toEqual([]);
  await context.close();
});

it("has WebGPU in a worker", async () => {
  const {page, context} = await visit("");
  const adapter = await page.evaluate(() => {
    const source = `navigator.gpu.requestAdapter().then(async (adapter) => {
      const device = await adapter?.requestDevice();
      postMessage(device ? (adapter.info.description || adapter.info.architecture || adapter.info.vendor) : "none");
    });`;
    const worker = new Worker(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
    return new Promise<string>((resolve, reject) => {
      worker.onmessage = ({data}) => resolve(data);
      worker.onerror = ({message}) => reject(new Error(message));
    });
  });
  console.log(`WebGPU in the browser: ${adapter}`);
  expect(adapter).not.toBe("none");
  await context.close();
});
