import {spawn} from "node:child_process";
import {cp, mkdir, mkdtemp, readFile, rm, symlink} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join, relative} from "node:path";
import {gzipSync} from "node:zlib";
import {projectRoot} from "../framework.js";
import {siteFiles} from "../siteFiles.js";
import {choiceOption} from "./options.js";
import {significant} from "./spread.js";
import type {Report, Suite} from "./suite.js";

type Part = "corpus" | "site";
const PARTS: readonly Part[] = ["corpus", "site"];

/** How long a build takes, and how large it is. */
export const build: Suite = {
  summary:
    "seconds of the corpus loader and of a whole build, with nothing cached and once more; bytes of the site",
  options: {part: {type: "string", multiple: true, default: [...PARTS]}},
  help: {
    [`part ${PARTS.join("|")}`]:
      "only this part; both take some minutes. CORPUS, MODEL and NAME count as ever"
  },
  async run({part}, report) {
    const parts = (part as string[]).map((name) => choiceOption("part", name, PARTS));
    for (const one of PARTS) if (parts.includes(one)) await measureBuild(one, report);
  }
};

/**
 * Runs a part twice in a copy of the project that nothing has been built in, with a temporary folder of its own, where
 * the TypeScript runner keeps what it has compiled. Rejects with Error, and the end of what was said, where it fails.
 */
export async function measureBuild(part: Part, report: Report): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "glassformer-build-"));
  try {
    const copy = join(folder, "project");
    const temporary = join(folder, "tmp");
    await mkdir(temporary);
    await copyProject(copy);
    const env = {TMPDIR: temporary, TMP: temporary, TEMP: temporary, OUTPUT: "dist"};
    const script = part === "corpus" ? "src/data/corpus.zip.ts" : "src/cli/build.ts";
    for (const cache of ["cold", "warm"]) {
      const {seconds, bytes} = await run(copy, script, env);
      const size = part === "corpus" ? {bytes} : await sizeOfSite(join(copy, "dist"));
      report(
        {part, cache, seconds: significant(seconds), ...size},
        `${part}, ${cache} cache: ${significant(seconds)} s; ${inWords(size)}`
      );
    }
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
}

/** Files that a build makes, and what it does not need; packages are linked to. */
const LEFT_OUT = new Set(["node_modules", "dist", ".git", "runs", "test", join("src", ".observablehq")]);

async function copyProject(to: string): Promise<void> {
  await cp(projectRoot, to, {
    recursive: true,
    filter: (path) => !LEFT_OUT.has(relative(projectRoot, path))
  });
  await symlink(join(projectRoot, "node_modules"), join(to, "node_modules"), "junction");
}

/** Runs a script of the copy; `bytes` is what it wrote to its standard output. */
function run(
  copy: string,
  script: string,
  env: Record<string, string>
): Promise<{seconds: number; bytes: number}> {
  const start = performance.now();
  const child = spawn(process.execPath, ["--import", "tsx", script], {
    cwd: copy,
    env: {...process.env, ...env},
    stdio: ["ignore", "pipe", "pipe"]
  });
  let bytes = 0;
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk).slice(-2000);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0
        ? resolve({seconds: (performance.now() - start) / 1000, bytes})
        : reject(new Error(`${script} failed: ${said.trim() || `it ended with ${code}`}`))
    );
  });
}

interface SiteSize {
  files: number;
  bytes: number;
  /** What a host that compresses sends for all of it. */
  gzipBytes: number;
}

async function sizeOfSite(folder: string): Promise<SiteSize> {
  const size = {files: 0, bytes: 0, gzipBytes: 0};
  for (const file of await siteFiles(folder)) {
    const bytes = await readFile(join(folder, file));
    size.files += 1;
    size.bytes += bytes.length;
    size.gzipBytes += gzipSync(bytes).length;
  }
  return size;
}

function inWords(size: {bytes: number} | SiteSize): string {
  const megabytes = (bytes: number) => `${significant(bytes / 1e6)} MB`;
  return "files" in size
    ? `${size.files} files, ${megabytes(size.bytes)}, compressed ${megabytes(size.gzipBytes)}`
    : megabytes(size.bytes);
}
