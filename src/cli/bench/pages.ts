import {availableParallelism} from "node:os";
import type {Browser, Page} from "playwright-core";
import {messageOf} from "../../components/errorMessage.js";
import {launchChromium} from "../chromium.js";
import {sitePages} from "../siteFiles.js";
import {serveFolder} from "../staticServer.js";
import {emptyFrame, moveSliders, type SliderTimes} from "./sliders.js";
import {type Spread, spread} from "./spread.js";
import type {Report, Suite} from "./suite.js";

const VIEWPORT = {width: 1280, height: 900};

/** Every page of a built site as a reader has it: the weight of its first view, and how soon each slider is answered. */
export const pages: Suite = {
  summary: "first-view weight, and slider to repaint, of a built site's pages in Chromium",
  options: {
    site: {type: "string", default: process.env.OUTPUT || "dist"},
    page: {type: "string", multiple: true},
    moves: {type: "string", default: "120"}
  },
  help: {
    "site DIR": "the built site (dist)",
    "page NAME": "only this page (sampling); may be repeated",
    "moves N": "moves of each slider (120)"
  },
  async run({site, page: only, moves}, report) {
    const count = Number(moves);
    if (!Number.isInteger(count) || count < 20) throw new RangeError("--moves takes a whole number from 20.");
    const files = await sitePages(String(site));
    const wanted = only as string[] | undefined;
    const unknown = wanted?.filter((name) => !files.includes(`${name}.html`)) ?? [];
    if (files.length === 0 || unknown.length > 0)
      throw new Error(
        files.length === 0
          ? `There is no built site in ${site}: run npm run build first.`
          : `${site} has no page ${unknown.join(", ")}.`
      );
    const server = await serveFolder(String(site), "/bench/", {compress: true});
    const {browser, description} = await launchChromium();
    try {
      report(
        {page: "", browser: description, cores: availableParallelism()},
        `${description}, ${availableParallelism()} cores`
      );
      const failed: string[] = [];
      for (const file of files.filter((file) => !wanted || wanted.includes(file.slice(0, -".html".length)))) {
        try {
          // The yardstick is taken beside every page: what else computes changes within a run.
          const empty = await withPage(browser, (page) => emptyFrame(page, count));
          await withPage(browser, (page) => measurePage(page, server.url, file, count, empty, report));
        } catch (error) {
          failed.push(file);
          report(
            {page: file, error: messageOf(error)},
            `  ${file} could not be measured: ${messageOf(error)}`
          );
        }
      }
      if (failed.length > 0) throw new Error(`Not measured to the end: ${failed.join(", ")}.`);
    } finally {
      await browser.close();
      await server.close();
    }
  }
};

async function measurePage(
  page: Page,
  url: string,
  file: string,
  moves: number,
  empty: Omit<SliderTimes, "name">,
  report: Report
): Promise<void> {
  let [files, gzipBytes] = [0, 0];
  page.on("response", (response) => {
    files += 1;
    gzipBytes += Number(response.headers()["content-length"] ?? 0);
  });
  await page.goto(url + file, {waitUntil: "networkidle"});
  report(
    {page: file, files, gzipBytes},
    `${file}: ${files} files, ${Math.round(gzipBytes / 1000)} kB compressed`
  );
  const yardstick = spread(empty.times);
  report(
    {page: file, slider: "", moves, ...times(yardstick), workMs: round(empty.work)},
    `  an empty page: ${inWords(yardstick)}; ${round(empty.work)} ms of the main thread`
  );
  const open = async () => void (await page.goto(url + file, {waitUntil: "networkidle"}));
  for (const {name, times: all, work} of await moveSliders(page, moves, open)) {
    const measured = spread(all);
    const ratio = Number((measured.median / yardstick.median).toFixed(2));
    report(
      {page: file, slider: name, moves, ...times(measured), ratio, workMs: round(work)},
      `  ${name}: ${inWords(measured)}; ${ratio} of an empty page's; ${round(work)} ms of the main thread`
    );
  }
}

async function withPage<T>(browser: Browser, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext({viewport: VIEWPORT});
  // tsx wraps functions in calls of a helper of its own, also those that are sent to the page.
  await context.addInitScript("globalThis.__name = (f) => f");
  try {
    return await work(await context.newPage());
  } finally {
    await context.close();
  }
}

const round = (ms: number): number => Number(ms.toFixed(1));
const times = ({median, p95, max}: Spread) => ({
  medianMs: round(median),
  p95Ms: round(p95),
  maxMs: round(max)
});
const inWords = ({median, p95, max}: Spread): string =>
  `median ${round(median)} ms, 95% within ${round(p95)} ms, most ${round(max)} ms`;
