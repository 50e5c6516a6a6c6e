import {cp, mkdtemp, readFile, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {afterAll, afterEach, beforeAll, expect, it, vi} from "vitest";
import {FormatError} from "../../src/components/exchange/formatError.js";
import {shippedFile, shippedModel, shippedRun} from "../../src/data/shippedModel.js";

const shipped = fileURLToPath(new URL("../../src/data/shipped-model", import.meta.url));
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "glassformer-shipped-"));
  await cp(shipped, join(folder, "whole"), {recursive: true});
  await cp(shipped, join(folder, "partial"), {recursive: true});
  await rm(join(folder, "partial", "run.json"));
  await cp(shipped, join(folder, "mixed"), {recursive: true});
  const other = new URL("../../src/data/recorded-run/tokenizer.json", import.meta.url);
  await cp(fileURLToPath(other), join(folder, "mixed", "config.json"));
});
afterAll(() => rm(folder, {recursive: true}));
afterEach(() => vi.unstubAllEnvs());

it.each(["", "whole"])("reads the model in MODEL “%s”", async (name) => {
  vi.stubEnv("MODEL", name && join(folder, name));
  const {config, tokenizer, run, files, onnx} = await shippedModel();
  expect(tokenizer.vocabulary).toHaveLength(config.vocabSize);
  expect(run).toEqual(await shippedRun());
  expect(Object.keys(files).sort()).toEqual(["config.json", "onnx/model.onnx", "run.json", "tokenizer.json"]);
  expect(Buffer.from(onnx).equals(await readFile(join(shipped, "onnx/model.onnx")))).toBe(true);
});

it("says what to do about a file that is not there", async () => {
  vi.stubEnv("MODEL", join(folder, "partial"));
  await expect(shippedModel()).rejects.toThrow(/partial\/run\.json cannot be read .*npm run train wrote\.$/);
  await expect(shippedRun()).rejects.toThrow(/run\.json/);
  expect((await shippedFile("tokenizer")).length).toBeGreaterThan(0);
});

it("refuses files that do not belong together", async () => {
  vi.stubEnv("MODEL", join(folder, "mixed"));
  await expect(shippedModel()).rejects.toThrow(FormatError);
});
