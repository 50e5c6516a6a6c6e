import {spawn} from "node:child_process";
import {mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat} from "node:fs/promises";
import {createRequire} from "node:module";
import {availableParallelism, tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {pathToFileURL} from "node:url";
import {SHARED_FOLDER} from "../data/sharedResult.js";
import {projectRoot} from "./framework.js";

/** Loaders at once, however many cores there are: each takes up to 400 MB. */
const MOST = 4;

const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

export interface LoaderOptions {
  /** The folder that holds `src`; loaders run there. */
  project?: string;
  atOnce?: number;
  /** Ends all loaders that run. */
  signal?: AbortSignal;
  /** Hears, when a loader has ended, how large its output is, how long it took and what it said. */
  log?: (text: string) => void;
}

/**
 * Runs the loaders in src/data, some side by side, and leaves what they write where Observable Framework looks for it,
 * which would run them one after another. Those that no page names are left out, and whatever is missing afterwards
 * Framework makes itself. Rejects, when no loader runs any more, with an Error that names the one that failed, or with
 * the signal's reason.
 */
export async function runLoaders({
  project = projectRoot,
  atOnce = Math.min(MOST, availableParallelism()),
  signal,
  log = console.log
}: LoaderOptions = {}): Promise<void> {
  const waiting = await namedLoaders(join(project, "src"));
  const stopping = new AbortController();
  const all = signal ? AbortSignal.any([signal, stopping.signal]) : stopping.signal;
  const shared = await mkdtemp(join(tmpdir(), "glassformer-loaders-"));
  const runOneByOne = async () => {
    for (let source = waiting.shift(); source !== undefined && !all.aborted; source = waiting.shift())
      try {
        log(await runLoader(source, {project, shared, signal: all}));
      } catch (error) {
        stopping.abort(error); // only the first counts
      }
  };
  await Promise.all(Array.from({length: atOnce}, runOneByOne));
  await rm(shared, {recursive: true});
  all.throwIfAborted();
}

/** Loaders as paths within `src`, "data/home.json.ts", of the files, and of the archives with files, that pages name. */
async function namedLoaders(src: string): Promise<string[]> {
  const pages = (await readdir(src)).filter((file) => file.endsWith(".md"));
  const texts = await Promise.all(pages.map((page) => readFile(join(src, page), "utf8")));
  const files = (await readdir(join(src, "data"))).sort();
  return files.flatMap((file) => {
    const [, output, kind] = /^(\w[\w-]*\.(\w+))\.ts$/.exec(file) ?? [];
    if (!output) return [];
    const named = kind === "zip" ? `data/${output.slice(0, -4)}/` : `data/${output}`;
    return texts.some((text) => text.includes(named)) ? [`data/${file}`] : [];
  });
}

/** As Framework does: standard output becomes the file, and only that of a loader which ends with 0. */
async function runLoader(
  source: string,
  {project, shared, signal}: {project: string; shared: string; signal: AbortSignal}
): Promise<string> {
  const name = source.slice(0, -".ts".length);
  const output = join(project, "src/.observablehq/cache", name);
  const partial = `${output}.${process.pid}`;
  await mkdir(dirname(output), {recursive: true});
  const file = await open(partial, "w");
  try {
    const start = performance.now();
    const child = spawn(process.execPath, ["--import", tsx, join("src", source)], {
      cwd: project,
      env: {...process.env, [SHARED_FOLDER]: shared},
      stdio: ["ignore", file.fd, "pipe"]
    });
    let said = "";
    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const stop = () => child.kill();
    signal.addEventListener("abort", stop);
    const [code, killer] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve([code, signal]));
    }).finally(() => signal.removeEventListener("abort", stop));
    const words = said.trim().replace(/^/gm, "  ").trimEnd();
    if (code !== 0) throw new Error(`The loader src/${source} ended with ${code ?? killer}.\n${words}`);
    await rename(partial, output);
    const kilobytes = ((await stat(output)).size / 1000).toFixed(1);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    return `load /${name}: ${kilobytes} kB in ${seconds} s${words && `\n${words}`}`;
  } finally {
    await file.close();
    await rm(partial, {force: true});
  }
}
