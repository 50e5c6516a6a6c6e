import {existsSync} from "node:fs";
import {mkdir, mkdtemp, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, expect, it} from "vitest";
import {prepareCache} from "../../src/cli/framework.js";

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "cache-"));
});
afterEach(() => rm(cache, {recursive: true}));

it("removes what loaders wrote, and keeps packages of a known version bundled from node_modules", async () => {
  await mkdir(join(cache, "data"));
  await writeFile(join(cache, "data/corpus.zip"), "stale");
  for (const name of ["htl@0.3.1", "@bufbuild/protobuf@undefined"])
    await mkdir(join(cache, "_node", name), {recursive: true});
  await prepareCache(cache);
  expect(existsSync(join(cache, "data"))).toBe(false);
  expect(existsSync(join(cache, "_node/htl@0.3.1"))).toBe(true);
  expect(existsSync(join(cache, "_node/@bufbuild/protobuf@undefined"))).toBe(false);
});

it("leaves Framework one version of each of its libraries, which exists nowhere", async () => {
  await mkdir(join(cache, "_npm/d3@7.9.0"), {recursive: true});
  await prepareCache(cache);
  expect(existsSync(join(cache, "_npm/d3@7.9.0"))).toBe(false);
  for (const name of [
    "d3",
    "htl",
    "lodash",
    "react-dom",
    "@observablehq/plot",
    "@observablehq/sample-datasets"
  ])
    expect(existsSync(join(cache, "_npm", `${name}@0.0.0`)), name).toBe(true);
});

it("works where nothing was ever built", async () => {
  await prepareCache(join(cache, "not/yet"));
  expect(existsSync(join(cache, "not/yet/_npm/d3@0.0.0"))).toBe(true);
});
