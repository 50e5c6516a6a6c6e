import {availableParallelism} from "node:os";
import type {Browser, Page} from "playwright-core";
import {launchChromium} from "../chromium.js";
import {serveFolder} from "../staticServer.js";
import {longestTasks, mainThreadTasks, type Task, TRACE_CATEGORIES} from "./mainThread.js";
import {countOption} from "./options.js";
import {type Spread, significant, spread} from "./spread.js";
import type {Report, Suite} from "./suite.js";

/** ms that a task of ours may take: a reader who clicks meanwhile notices nothing. */
const LONG_TASK = 50;
/** ms from the click on Start until the first step is done, at most. */
const PATIENCE = 600_000;

/** What the Train page asks of the thread that answers its reader, while its worker trains. */
export const training: Suite = {
  summary:
    "the Train page of a built site in Chromium: from Start to the first step, then tasks and frames while it trains",
  options: {
    site: {type: "string", default: process.env.OUTPUT || "dist"},
    engine: {type: "string", default: "auto"},
    set: {type: "string", multiple: true, default: []},
    after: {type: "string", default: "1"},
    seconds: {type: "string", default: "15"}
  },
  help: {
    "site DIR": "the built site (dist)",
    "engine NAME": "as the page names it: webgpu, wasm, … (auto)",
    "set FIELD=VALUE": "a field of the page's settings, such as nLayer=1; may be repeated",
    "after STEP": "measure when so many steps are done: curves have grown by then (1)",
    "seconds N": "how long to look on (15)"
  },
  async run({site, engine, set, after, seconds}, report) {
    const settings = (set as string[]).map((word) => {
      const [name = "", value = ""] = word.split("=");
      return {name, value};
    });
    const server = await serveFolder(String(site), "/bench/", {compress: true});
    const {browser, description} = await launchChromium();
    try {
      const page = await openTrain(browser, server.url);
      await choose(page, String(engine), settings);
      const firstStepMs = await start(page);
      const where = {engine: await engineOf(page), browser: description, cores: availableParallelism()};
      report(
        {...where, firstStepMs: significant(firstStepMs)},
        `${description}, ${where.cores} cores; ${where.engine}: the first step was done ${significant(firstStepMs)} ms after the click`
      );
      await untilStep(page, countOption("after", after) ?? 1);
      await watch(page, browser, countOption("seconds", seconds) ?? 15, where.engine, report);
    } finally {
      await browser.close();
      await server.close();
    }
  }
};

async function openTrain(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({viewport: {width: 1280, height: 900}});
  // tsx wraps functions in calls of a helper of its own, also those that are sent to the page.
  await page.addInitScript("globalThis.__name = (f) => f");
  await page.goto(`${url}train.html`, {waitUntil: "networkidle"});
  await page.locator(".workbench").waitFor();
  return page;
}

/** Throws Error where the page has no such engine or field. */
async function choose(page: Page, engine: string, settings: {name: string; value: string}[]): Promise<void> {
  await page.locator("#workbench details").evaluateAll((all) => {
    for (const one of all) (one as HTMLDetailsElement).open = true;
  });
  const engines = page.getByLabel("Engine");
  if ((await engines.locator(`option[value="${engine}"]`).count()) === 0)
    throw new Error(`The Train page offers no engine named ${engine}.`);
  await engines.selectOption(engine);
  for (const {name, value} of settings) {
    const input = page.locator(`input[name="${name}"]`);
    if ((await input.count()) === 0) throw new Error(`The Train page has no field named ${name}.`);
    await input.fill(value);
  }
}

/** Presses Start; ms by the page's own clock until a step is done. Throws Error where the page reports a problem. */
async function start(page: Page): Promise<number> {
  return page.evaluate(
    ({bar, patience}) =>
      new Promise<number>((resolve, reject) => {
        const buttons = Array.from(document.querySelectorAll<HTMLButtonElement>("#workbench button"));
        const from = performance.now();
        buttons.find(({textContent}) => textContent === "Start")!.click();
        const look = () => {
          const now = performance.now();
          const problem = document.querySelector(".run .notice-error")?.textContent;
          if ((document.querySelector<HTMLProgressElement>(bar)?.value ?? 0) >= 1) resolve(now - from);
          else if (problem) reject(new Error(problem));
          else if (now - from > patience) reject(new Error(`No step was done in ${patience / 1000} s.`));
          else setTimeout(look, 5);
        };
        look();
      }),
    {bar: BAR, patience: PATIENCE}
  );
}

/** The bar of steps; the one for reading a large file is hidden while a run goes on. */
const BAR = ".run .progress:not([hidden]) progress";

const stepsDone = (page: Page): Promise<number> =>
  page.locator(BAR).evaluate((bar) => (bar as HTMLProgressElement).value);

async function untilStep(page: Page, step: number): Promise<void> {
  while ((await stepsDone(page)) < step) await page.waitForTimeout(100);
}

/** For people: the page's own words. */
async function engineOf(page: Page): Promise<string> {
  const text = (await page.locator(".run").textContent()) ?? "";
  return /Engine: ([^.]*)\./.exec(text)?.[1] ?? "an unnamed engine";
}

async function watch(
  page: Page,
  browser: Browser,
  seconds: number,
  engine: string,
  report: Report
): Promise<void> {
  const before = await stepsDone(page);
  await browser.startTracing(page, {categories: [...TRACE_CATEGORIES]});
  const frames = await page.evaluate(
    (ms) =>
      new Promise<number[]>((resolve) => {
        const intervals: number[] = [];
        const begin = performance.now();
        let last = begin;
        const frame = () => {
          const now = performance.now();
          intervals.push(now - last);
          last = now;
          if (now - begin < ms) requestAnimationFrame(frame);
          else resolve(intervals.slice(1));
        };
        requestAnimationFrame(frame);
      }),
    1000 * seconds
  );
  const tasks = mainThreadTasks(await browser.stopTracing());
  const steps = (await stepsDone(page)) - before;
  tell({engine, seconds, steps}, tasks, spread(frames), report);
}

function tell(
  where: {engine: string; seconds: number; steps: number},
  tasks: readonly Task[],
  frame: Spread,
  report: Report
): void {
  const long = tasks.filter(({ms}) => ms > LONG_TASK);
  const longByCpu = long.filter(({cpuMs}) => cpuMs > LONG_TASK).length;
  const longest = longestTasks(tasks, 3).map(({ms, cpuMs, parts}) => ({
    ms: significant(ms),
    cpuMs: significant(cpuMs),
    parts
  }));
  const frameMs = {
    median: significant(frame.median),
    p95: significant(frame.p95),
    max: significant(frame.max)
  };
  report(
    {
      ...where,
      tasks: tasks.length,
      longestTaskMs: longest[0]?.ms ?? 0,
      tasksOver50Ms: long.length,
      tasksOver50CpuMs: longByCpu,
      longestTaskCpuMs: significant(Math.max(0, ...tasks.map(({cpuMs}) => cpuMs))),
      busyShare: significant(tasks.reduce((sum, {ms}) => sum + ms, 0) / (1000 * where.seconds)),
      frameMs,
      longest
    },
    `  ${where.steps} steps in ${where.seconds} s: ${long.length} tasks over ${LONG_TASK} ms on the main thread, ${longByCpu} of them by its own work; frames every ${frameMs.median} ms, 95% within ${frameMs.p95} ms, longest ${frameMs.max} ms\n` +
      longest
        .map(({ms, cpuMs, parts}) => `    ${ms} ms, ${cpuMs} of them its own: ${parts.join(", ")}`)
        .join("\n")
  );
}
