import {mkdtemp, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, afterEach, beforeAll, expect, it, vi} from "vitest";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {siteCharacters, siteCorpus} from "../../src/data/siteCorpus.js";

const text = "the rain in the plain, the gain in the lane; ".repeat(400);
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "glassformer-site-"));
  await writeFile(join(folder, "long.txt"), text);
  await writeFile(join(folder, "short.txt"), text.slice(0, 200));
});
afterAll(() => rm(folder, {recursive: true}));
afterEach(() => vi.unstubAllEnvs());

it("is the story grammar's text, by character, unless told otherwise", async () => {
  for (const name of ["CORPUS", "TOKENIZER"]) vi.stubEnv(name, "");
  const {corpus, valLogProbabilities} = await siteCorpus();
  expect(corpus.meta.name).toBe("story grammar");
  expect(valLogProbabilities).toHaveLength(corpus.val.length);
  expect((await siteCharacters()).corpus.meta).toEqual(corpus.meta);
});

it("is the text in CORPUS, cut as TOKENIZER says or by character", async () => {
  vi.stubEnv("CORPUS", join(folder, "long.txt"));
  vi.stubEnv("TOKENIZER", "byte-pair:270");
  const {corpus} = await siteCorpus();
  const cut = readTokenizer(corpus.meta.tokenizer);
  expect(cut.kind).not.toBe("character");
  expect(cut.decode(corpus.train) + cut.decode(corpus.val)).toBe(text);
  const characters = await siteCharacters();
  expect(readTokenizer(characters.corpus.meta.tokenizer).kind).toBe("character");
  expect(characters.corpus.train.length + characters.corpus.val.length).toBe(text.length);
});

it("refuses a text that is too short for the default context, and a tokenizer that there is not", async () => {
  vi.stubEnv("CORPUS", join(folder, "short.txt"));
  await expect(siteCorpus()).rejects.toThrow(/too few for a context of 128/);
  expect((await siteCharacters(8)).corpus.train.length).toBe(180);
  vi.stubEnv("TOKENIZER", "syllables");
  await expect((async () => siteCorpus())()).rejects.toThrow(/syllables/);
});
