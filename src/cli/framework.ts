import {spawn} from "node:child_process";
import {mkdir, readdir, readFile, rm} from "node:fs/promises";
import {delimiter, join} from "node:path";
import {fileURLToPath} from "node:url";

/** The project's folder. */
export const projectRoot = fileURLToPath(new URL("../../", import.meta.url));

const framework = join(projectRoot, "node_modules/@observablehq/framework/dist");

/**
 * Clears the way for one run of Observable Framework.
 *
 * Loader outputs go, always: Framework would reuse a corpus or a model made from other sources, or by an older
 * loader. Its own libraries, which pages import as `npm:…`, get an empty folder each for a version 0.0.0 that
 * exists nowhere: Framework then asks no registry which version is the latest, and a page that really uses one
 * fails the build instead of loading it from elsewhere.
 */
export async function prepareCache(cache = join(projectRoot, "src/.observablehq/cache")): Promise<void> {
  for (const entry of await readdir(cache).catch(() => []))
    if (!entry.startsWith("_") || entry === "_npm")
      await rm(join(cache, entry), {recursive: true, force: true});
  // A package whose version Framework could not read is bundled anew, for it may have changed.
  for (const entry of await readdir(join(cache, "_node"), {recursive: true}).catch(() => []))
    if (entry.endsWith("@undefined")) await rm(join(cache, "_node", entry), {recursive: true, force: true});
  for (const name of await frameworkLibraries())
    await mkdir(join(cache, "_npm", `${name}@0.0.0`), {recursive: true});
}

/** Names of the packages that Framework's own client code may import as `npm:name`. */
async function frameworkLibraries(): Promise<Set<string>> {
  const names = new Set<string>();
  const client = join(framework, "client");
  for (const file of await readdir(client, {recursive: true})) {
    if (!file.endsWith(".js")) continue;
    const source = await readFile(join(client, file), "utf8");
    for (const [, name] of source.matchAll(/["'`]npm:((?:@[\w.-]+\/)?[\w.-]+)/g)) names.add(name as string);
  }
  return names;
}

/** Runs `observable` with these arguments and resolves to its exit code. Its output goes to ours. */
export async function runObservable(args: string[], env: Record<string, string> = {}): Promise<number> {
  const path = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const child = spawn(process.execPath, [join(framework, "bin/observable.js"), ...args], {
    cwd: projectRoot,
    stdio: "inherit",
    env: {
      ...process.env,
      ...env,
      OBSERVABLE_TELEMETRY_DISABLE: "1",
      // Data loaders are run by the name `tsx`.
      [path]: [join(projectRoot, "node_modules/.bin"), process.env[path]].join(delimiter)
    }
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
