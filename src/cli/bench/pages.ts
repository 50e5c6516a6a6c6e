import {availableParallelism} from "node:os";
import type {Browser, Page} from "playwright-core";
import {launchChromium} from "../chromium.js";
import {sitePages} from "../siteFiles.js";
import {serveFolder} from "../staticServer.js";
import {emptyFrame, moveSliders} from "./sliders.js";
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
      const frame = await withPage(browser, (page) => emptyFrame(page, count));
      const yardstick = spread(frame);
      report(
        {page: "", slider: "", browser: description, cores: availableParallelism(), ...times(yardstick)},
        `${description}, ${availableParallelism()} cores; an empty page: ${inWords(yardstick)}`
      );
      for (const file of files.filter((file) => !wanted || wanted.includes(file.slice(0, -".html".length))))
        await withPage(browser, (page) => measurePage(page, server.url, file, count, yardstick, report));
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
  yardstick: Spread,
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
  const open = async () => void (await page.goto(url + file, {waitUntil: "networkidle"}));
  for (const {name, times: all} of await moveSliders(page, moves, open)) {
    const measured = spread(all);
    const ratio = Number((measured.median / yardstick.median).toFixed(2));
    report(
      {page: file, slider: name, moves, ...times(measured), ratio},
      `  ${name}: ${inWords(measured)}; ${ratio} of an empty page's`
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
