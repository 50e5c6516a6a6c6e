import {existsSync} from "node:fs";
import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, describe, expect, it} from "vitest";
import {runLoaders} from "../../src/cli/runLoaders.js";

let project: string;
let said: string[];
const log = (text: string) => void said.push(text);
const cached = (name: string) => join(project, "src/.observablehq/cache/data", name);

beforeEach(async () => {
  said = [];
  project = await mkdtemp(join(tmpdir(), "glassformer-loaders-"));
  await mkdir(join(project, "src/data/plain"), {recursive: true});
  await writeFile(join(project, "package.json"), '{"type": "module"}');
});
afterEach(() => rm(project, {recursive: true}));

const write = (name: string, text: string) => writeFile(join(project, "src", name), text);

/** Pages that name `files`, and loaders by name. */
async function site(files: string[], loaders: Record<string, string>): Promise<void> {
  await write("index.md", files.map((file) => `FileAttachment("data/${file}")`).join("\n"));
  for (const [name, text] of Object.entries(loaders)) await write(`data/${name}.ts`, text);
}

/** A loader that notes when it begins and ends, which it does only when so many have begun. */
const awaiting = (begun: number) => `
  import {appendFileSync, readFileSync} from "node:fs";
  appendFileSync("times.txt", "+");
  while (readFileSync("times.txt", "utf8").split("+").length <= ${begun})
    await new Promise((resolve) => setTimeout(resolve, 20));
  appendFileSync("times.txt", "-");
`;

/** The most loaders that ran at a time. */
async function mostAtOnce(): Promise<number> {
  let running = 0;
  let most = 0;
  for (const mark of await readFile(join(project, "times.txt"), "utf8")) {
    running += mark === "+" ? 1 : -1;
    most = Math.max(most, running);
  }
  expect(running).toBe(0);
  return most;
}

describe("runLoaders", () => {
  it("leaves the output of what pages name where Framework looks for it", async () => {
    await site(["a.json", "pack/part.bin"], {
      "a.json":
        "const text: string = JSON.stringify({cwd: process.cwd()}); process.stdout.write(text); console.error('two\\nlines');",
      "pack.zip": "process.stdout.write(Uint8Array.of(0, 255, 10, 13));",
      "unnamed.json": "throw new Error('never run');",
      module: "throw new Error('no loader');"
    });
    await write("data/plain.json", "{}");
    await runLoaders({project, log});
    expect((await readdir(cached(""))).sort()).toEqual(["a.json", "pack.zip"]);
    expect(JSON.parse(await readFile(cached("a.json"), "utf8"))).toEqual({cwd: project});
    expect([...(await readFile(cached("pack.zip")))]).toEqual([0, 255, 10, 13]);
    expect(said.find((text) => text.includes("a.json"))).toMatch(
      /^load \/data\/a\.json: 0\.\d kB in \d+\.\d s\n {2}two\n {2}lines$/
    );
    expect(said.find((text) => text.includes("pack.zip"))).toMatch(/ s$/);
  });

  it.each([1, 2])("runs %i at a time, and no more", async (atOnce) => {
    const names = ["a.json", "b.json", "c.json"];
    await site(names, Object.fromEntries(names.map((name) => [name, awaiting(atOnce)])));
    await runLoaders({project, atOnce, log});
    expect(await mostAtOnce()).toBe(atOnce);
    expect((await readdir(cached(""))).sort()).toEqual(names);
  });

  it("gives the loaders of one call a folder to share, and removes it", async () => {
    const loader = `import {existsSync} from "node:fs";
      const folder = process.env.LOADERS_SHARED_FOLDER;
      process.stdout.write(JSON.stringify({folder, exists: existsSync(folder)}));`;
    await site(["a.json", "b.json"], {"a.json": loader, "b.json": loader});
    await runLoaders({project, log});
    const [a, b] = await Promise.all(["a.json", "b.json"].map((name) => readFile(cached(name), "utf8")));
    expect(a).toBe(b);
    const {folder, exists} = JSON.parse(a!);
    expect([exists, existsSync(folder)]).toEqual([true, false]);
  });

  it("fails with what a loader said, stops the others and keeps nothing unfinished", async () => {
    await site(["a.json", "b.json", "c.json"], {
      "a.json": "process.stdout.write('half'); console.error('no such text'); process.exitCode = 3;",
      "b.json": "process.stdout.write('half'); await new Promise((resolve) => setTimeout(resolve, 60_000));",
      "c.json": "process.stdout.write('late');"
    });
    await expect(runLoaders({project, atOnce: 2, log})).rejects.toThrow(
      "The loader src/data/a.json.ts ended with 3.\n  no such text"
    );
    expect(await readdir(cached(""))).toEqual([]);
    expect(said).toEqual([]);
  });

  it("ends with its signal, and its loaders with it", async () => {
    await site(["a.json"], {
      "a.json": `import {writeFileSync} from "node:fs";
        writeFileSync("pid.txt", String(process.pid));
        await new Promise((resolve) => setTimeout(resolve, 60_000));`
    });
    const interruption = new AbortController();
    const running = runLoaders({project, signal: interruption.signal, log});
    const pid = join(project, "pid.txt");
    const begun = async () => existsSync(pid) && (await readFile(pid, "utf8")) !== "";
    await expect.poll(begun, {timeout: 60_000}).toBe(true);
    interruption.abort(new Error("Interrupted."));
    await expect(running).rejects.toThrow("Interrupted.");
    const loader = Number(await readFile(pid, "utf8"));
    expect(() => process.kill(loader, 0)).toThrow("ESRCH");
    expect(await readdir(cached(""))).toEqual([]);
  });
});
