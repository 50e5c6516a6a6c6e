import type {Browser, BrowserContext, BrowserContextOptions, Page} from "playwright-core";
import {afterAll, beforeAll, expect, inject} from "vitest";
import {launchChromium} from "../../src/cli/chromium.js";

/** One reader at the site: a browser profile of their own, with everything that went wrong in it on record. */
export interface Visit {
  context: BrowserContext;
  page: Page;
  /** Console errors, uncaught exceptions, failed requests and responses of 400 and above, on all pages and workers. */
  problems: string[];
  /** Requests for any other origin or for anything outside the site's subpath. */
  foreign: string[];
  /** Every file received, in order, with its size before compression. */
  received: {url: string; bytes: number}[];
  /** Goes to a page of the site by its file name ("train.html"; "" is home) and waits until it has loaded. */
  goto(file: string): Promise<void>;
  /** Fails the test when there is a problem or a foreign request so far. */
  expectClean(): void;
}

/**
 * For the top of a test file: starts one browser for it, and returns how a test begins a visit. Visits share
 * nothing; their pages share cookies, IndexedDB and files.
 */
export function useBrowser(): (file?: string, options?: BrowserContextOptions) => Promise<Visit> {
  let browser: Browser;
  beforeAll(async () => {
    ({browser} = await launchChromium());
  });
  afterAll(() => browser?.close());

  return async (file, options) => {
    const visit = record(await browser.newContext(options));
    const page = await visit.context.newPage();
    const complete = {
      ...visit,
      page,
      goto: async (name: string) => {
        await page.goto(inject("siteUrl") + name, {waitUntil: "load"});
      }
    };
    if (file !== undefined) await complete.goto(file);
    return complete;
  };
}

function record(
  context: BrowserContext
): Pick<Visit, "context" | "problems" | "foreign" | "received" | "expectClean"> {
  const site = inject("siteUrl");
  const problems: string[] = [];
  const foreign: string[] = [];
  const received: {url: string; bytes: number}[] = [];
  context.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => problems.push(`uncaught: ${error.error().stack ?? error.error()}`));
  context.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(site)) foreign.push(request.url());
  });
  context.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    // Leaving a page abandons what it was still loading.
    if (reason !== "net::ERR_ABORTED") problems.push(`request failed: ${request.url()} (${reason})`);
  });
  context.on("response", (response) => {
    if (response.status() >= 400) problems.push(`response ${response.status()}: ${response.url()}`);
    else received.push({url: response.url(), bytes: Number(response.headers()["content-length"] ?? 0)});
  });
  return {
    context,
    problems,
    foreign,
    received,
    expectClean: () => expect({problems, foreign}).toEqual({problems: [], foreign: []})
  };
}
