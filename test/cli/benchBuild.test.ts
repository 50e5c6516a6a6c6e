import {writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, expect, it, vi} from "vitest";
import {measureBuild} from "../../src/cli/bench/build.js";
import type {Row} from "../../src/cli/bench/suite.js";

afterEach(() => void vi.unstubAllEnvs());

it("times the corpus loader with nothing cached, and once more", async () => {
  const corpus = join(tmpdir(), `glassformer-bench-${process.pid}.txt`);
  await writeFile(corpus, "One two three, one two three. ".repeat(500));
  vi.stubEnv("CORPUS", corpus);
  const rows: Row[] = [];
  await measureBuild("corpus", (row) => rows.push(row));
  expect(rows.map(({part, cache}) => `${part} ${cache}`)).toEqual(["corpus cold", "corpus warm"]);
  for (const {seconds, bytes} of rows) {
    expect(seconds as number).toBeGreaterThan(0);
    expect(bytes as number).toBeGreaterThan(500);
  }
});

it("says what a loader says when it fails", async () => {
  vi.stubEnv("CORPUS", "/no/such/text.txt");
  await expect(measureBuild("corpus", () => {})).rejects.toThrow(/no such file/i);
});
