import type {Page} from "playwright-core";
import type {OnnxModelFile} from "../../components/exchange/onnx/onnx.js";
import {launchChromium} from "../chromium.js";
import {siteFiles} from "../siteFiles.js";
import {serveFolder} from "../staticServer.js";
import {type ContestTask, type ContestTimes, contest} from "./onnxContest.js";
import {type DecodingTask, type Measurements, measureDecoding} from "./onnxDecoding.js";
import {TIMED_CHANNEL, timedRunsModule, timedWorker} from "./timedRuns.js";

const BASE = "/bench/";
/** Where the page finds what is measured, beside the site's own files. */
const MODEL = `${BASE}measured.onnx`;
const EXPORTER = `${BASE}exporter.js`;
const TIMED_RUNS = `${BASE}timedRuns.js`;
const TIMED_WORKER = `${BASE}timedWorker.js`;

export interface BuiltSite {
  /** Which browser. */
  description: string;
  measure(task: Omit<DecodingTask, "modules" | "file" | "binaries" | "worker">): Promise<Measurements>;
  /** Against transformers.js; the zip's ONNX file is the one that the site was opened with. */
  contest(task: ContestTask): Promise<ContestTimes>;
  /** Writes a model of these shapes in a worker and makes a file of it, as the lab does. */
  measureExport(
    file: Pick<OnnxModelFile, "config" | "parameters" | "metadata">
  ): Promise<{ms: number; bytes: number; longestTaskMs: number}>;
}

/** Opens a page of a built site in Chromium, whose modules then are what is measured. Throws Error where there is none. */
export async function withBuiltSite(
  folder: string,
  {bytes}: {bytes: Uint8Array},
  work: (site: BuiltSite) => Promise<void>
): Promise<void> {
  const files = await siteFiles(folder).catch(() => []);
  const url = (pattern: RegExp) => {
    const found = files.find((file) => pattern.test(file));
    if (!found)
      throw new Error(`There is no built site with ${pattern.source} in ${folder}: run npm run build first.`);
    return BASE + found;
  };
  const component = (path: string) => url(new RegExp(`^_import/components/${path}\\.[0-9a-f]+\\.js$`));
  const modules = {
    onnxModel: component("inference/onnxModel"),
    ort: component("inference/ort"),
    client: component("inference/client"),
    tokenizerFile: component("text/tokenizerFile"),
    onnx: component("exchange/onnx/onnx"),
    timedRuns: TIMED_RUNS
  };
  const generate = component("generation/generate");
  const worker = component("inference/worker");
  const wasm = url(/^_node\/onnxruntime-web@[^/]*\/.*ort-wasm-simd-threaded\.wasm$/);
  const server = await serveFolder(folder, BASE);
  const {browser, description} = await launchChromium();
  try {
    const page = await browser.newPage();
    // tsx wraps functions in calls of a helper of its own, also those that are sent to the page.
    await page.addInitScript("globalThis.__name = (f) => f");
    await page.route(`**${MODEL}`, (route) => route.fulfill({body: Buffer.from(bytes)}));
    const scripts = {
      [EXPORTER]: exporter(modules.onnx),
      [TIMED_RUNS]: timedRunsModule,
      [TIMED_WORKER]: timedWorker({worker, ort: modules.ort, timedRuns: TIMED_RUNS, wasm})
    };
    for (const [path, body] of Object.entries(scripts))
      await page.route(`**${path}`, (route) => route.fulfill({contentType: "text/javascript", body}));
    await page.goto(`${server.url}concepts.html`, {waitUntil: "load"});
    await work({
      description,
      measure: (task) =>
        page.evaluate(measureDecoding, {
          ...task,
          modules,
          file: MODEL,
          binaries: {wasm},
          worker: {url: TIMED_WORKER, channel: TIMED_CHANNEL}
        } satisfies DecodingTask),
      contest: (task) => contest(page, {modules: {...modules, generate}, file: MODEL}, task),
      measureExport: (file) => measureExport(page, file)
    });
  } finally {
    await browser.close();
    await server.close();
  }
}

/** The worker: fills parameters of the shapes that it is sent, and times the writing of their file. */
const exporter = (onnx: string): string => `
import {toOnnx} from ${JSON.stringify(onnx)};
self.onmessage = ({data: {config, shapes, metadata}}) => {
  const parameters = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1)).map((_, i) => Math.sin(i));
    return [name, {shape, data}];
  }));
  self.postMessage({ready: true});
  const start = performance.now();
  const bytes = toOnnx({config, parameters, metadata});
  self.postMessage({ms: performance.now() - start, bytes}, [bytes.buffer]);
};`;

async function measureExport(
  page: Page,
  {config, parameters, metadata}: Parameters<BuiltSite["measureExport"]>[0]
): Promise<{ms: number; bytes: number; longestTaskMs: number}> {
  const shapes = Object.fromEntries(Object.entries(parameters).map(([name, {shape}]) => [name, shape]));
  return page.evaluate(
    async ({url, message}) => {
      const worker = new Worker(url, {type: "module"});
      let longestTaskMs = 0;
      let watching = false;
      let last = performance.now();
      // A message to oneself is handled as soon as the thread is free.
      const {port1, port2} = new MessageChannel();
      port1.onmessage = () => {
        const now = performance.now();
        if (watching) longestTaskMs = Math.max(longestTaskMs, now - last);
        last = now;
        port2.postMessage(null);
      };
      port2.postMessage(null);
      const result = await new Promise<{ms: number; bytes: Uint8Array<ArrayBuffer>}>((resolve, reject) => {
        worker.onerror = (event) => reject(new Error(event.message || "The exporting worker did not start."));
        worker.onmessage = ({data}) => {
          if (data.ready) watching = true;
          else resolve(data);
        };
        worker.postMessage(message);
      });
      // What a download button needs.
      const link = URL.createObjectURL(new Blob([result.bytes]));
      await new Promise((resolve) => setTimeout(resolve, 50));
      port1.close();
      URL.revokeObjectURL(link);
      worker.terminate();
      return {ms: result.ms, bytes: result.bytes.length, longestTaskMs};
    },
    {url: EXPORTER, message: {config, shapes, metadata}}
  );
}
