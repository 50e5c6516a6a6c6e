import {mkdtemp, readdir, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, expect, it, vi} from "vitest";
import {SHARED_FOLDER, sharedResult} from "../../src/data/sharedResult.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "glassformer-shared-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, {recursive: true});
});

const value = {name: "é", ids: Uint16Array.of(1, 65_535), floats: Float32Array.of(-0.5), nothing: null};

it("is made once for all loaders of a build, by its name", async () => {
  vi.stubEnv(SHARED_FOLDER, folder);
  const make = vi.fn(async () => value);
  expect(await sharedResult("corpus https://a/b.txt", make)).toEqual(value);
  expect(await sharedResult("corpus https://a/b.txt", make)).toEqual(value);
  expect(make).toHaveBeenCalledTimes(1);
  expect(await sharedResult("another", async () => 7)).toBe(7);
  expect(await readdir(folder)).toHaveLength(2);
});

it("is made anew by a loader that runs alone, and after a failure", async () => {
  vi.stubEnv(SHARED_FOLDER, "");
  const make = vi.fn(async () => value);
  for (const _ of [1, 2]) expect(await sharedResult("corpus", make)).toBe(value);
  expect(make).toHaveBeenCalledTimes(2);
  vi.stubEnv(SHARED_FOLDER, folder);
  await expect(sharedResult("corpus", () => Promise.reject(new Error("no text")))).rejects.toThrow("no text");
  expect(await readdir(folder)).toEqual([]);
  expect(await sharedResult("corpus", make)).toEqual(value);
});
