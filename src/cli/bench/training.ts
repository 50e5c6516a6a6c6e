import {availableParallelism} from "node:os";
import type {Page} from "playwright-core";
import {launchChromium} from "../chromium.js";
import {serveFolder} from "../staticServer.js";
import {longestTasks, mainThreadTasks, type Task, TRACE_CATEGORIES} from "./mainThread.js";
import {countOption} from "./options.js";
import {significant, spread} from "./spread.js";
import type {Report, Suite} from "./suite.js";
import {
  choose,
  engineOf,
  frameIntervals,
  openAttention,
  openTrain,
  start,
  stepsDone,
  untilStep
} from "./trainPage.js";

/** ms that a task of ours may take: a reader who clicks meanwhile notices nothing. */
const LONG_TASK = 50;
/** Tasks that are told of. */
const NAMED = 3;

/** What the lab asks of the thread that answers its reader, while its worker trains. */
export const training: Suite = {
  summary:
    "the lab of a built site in Chromium: from Start to the first step, then tasks and frames while it trains",
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
      const begun = await traced(page, () => start(page));
      const where = {engine: await engineOf(page), browser: description, cores: availableParallelism()};
      const firstStepMs = significant(begun.result);
      report(
        {...where, phase: "start", firstStepMs, ...summary(begun.tasks)},
        `${description}, ${where.cores} cores; ${where.engine}: the first step was done ${firstStepMs} ms after the click; ${inWords(begun.tasks)}`
      );
      await untilStep(page, countOption("after", after) ?? 1);
      await watch(page, countOption("seconds", seconds) ?? 15, where, report);
    } finally {
      await browser.close();
      await server.close();
    }
  }
};

async function watch(
  page: Page,
  seconds: number,
  where: {engine: string; browser: string; cores: number},
  report: Report
): Promise<void> {
  const attention = await openAttention(page);
  const before = await stepsDone(page);
  const {result, tasks} = await traced(page, () => frameIntervals(page, seconds));
  const steps = (await stepsDone(page)) - before;
  const frame = spread(result);
  const frameMs = {
    median: significant(frame.median),
    p95: significant(frame.p95),
    max: significant(frame.max)
  };
  report(
    {...where, phase: "training", seconds, steps, attention, frameMs, ...summary(tasks)},
    `  ${steps} steps in ${seconds} s${attention ? ", attention open" : ""}: frames every ${frameMs.median} ms, 95% within ${frameMs.p95} ms, longest ${frameMs.max} ms; ${inWords(tasks)}`
  );
}

/** What the page's main thread does meanwhile. */
async function traced<Result>(
  page: Page,
  work: () => Promise<Result>
): Promise<{result: Result; tasks: Task[]}> {
  const browser = page.context().browser()!;
  await browser.startTracing(page, {categories: [...TRACE_CATEGORIES]});
  const result = await work();
  return {result, tasks: mainThreadTasks(await browser.stopTracing())};
}

const isLong = (ms: number): boolean => ms > LONG_TASK;

function summary(tasks: readonly Task[]) {
  return {
    tasks: tasks.length,
    tasksOver50Ms: tasks.filter(({ms}) => isLong(ms)).length,
    tasksOver50CpuMs: tasks.filter(({cpuMs}) => isLong(cpuMs)).length,
    longestCpuMs: significant(Math.max(0, ...tasks.map(({cpuMs}) => cpuMs))),
    longest: longestTasks(tasks, NAMED).map(({ms, cpuMs, parts}) => ({
      ms: significant(ms),
      cpuMs: significant(cpuMs),
      parts
    }))
  };
}

function inWords(tasks: readonly Task[]): string {
  const {tasksOver50Ms, tasksOver50CpuMs, longestCpuMs, longest} = summary(tasks);
  const lines = longest.map(({ms, cpuMs, parts}) => `    ${ms} ms, ${cpuMs} its own: ${parts.join(", ")}`);
  return [
    `${tasksOver50Ms} tasks over ${LONG_TASK} ms on the main thread, ${tasksOver50CpuMs} by its own work, of which a task has ${longestCpuMs} ms at most`,
    ...lines
  ].join("\n");
}
