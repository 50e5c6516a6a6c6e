import {execFile} from "node:child_process";
import {mkdtemp, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {promisify} from "node:util";
import {unzipSync} from "fflate";
import {expect, it} from "vitest";
import {readCorpus} from "../../src/components/corpus/readCorpus.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";

/** Runs the site's loader as the build does. */
async function runLoader(CORPUS: string, TOKENIZER = ""): Promise<Record<string, Uint8Array>> {
  const {stdout} = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "src/data/corpus.zip.ts"],
    {
      encoding: "buffer",
      env: {...process.env, CORPUS, TOKENIZER},
      maxBuffer: 2 ** 26
    }
  );
  return unzipSync(new Uint8Array(stdout));
}

const corpusIn = (files: Record<string, Uint8Array>) =>
  readCorpus({
    meta: JSON.parse(new TextDecoder().decode(files["meta.json"])),
    train: files["train.bin"]!,
    val: files["val.bin"]!
  });

it("gives the story grammar's text, with the truth of its validation part, where none is named", async () => {
  const files = await runLoader("");
  const {meta, val} = corpusIn(files);
  const bytes = files["val-log-probabilities.bin"]!;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  expect(bytes.length).toBe(4 * val.length);
  let sum = 0;
  for (let i = 0; i < val.length; i++) sum -= view.getFloat32(4 * i, true);
  expect(sum / val.length).toBeCloseTo(meta.floor!.val, 6);
});

it("cuts the text as TOKENIZER says, with the truth of each token", async () => {
  const files = await runLoader("", "byte-pair:512");
  const {meta, val} = corpusIn(files);
  expect(readTokenizer(meta.tokenizer)).toMatchObject({kind: "byte-pair", unit: "token"});
  expect(Object.keys(meta.tokenizer.model.vocab)).toHaveLength(512);
  expect(files["val-log-probabilities.bin"]).toHaveLength(4 * val.length);
  const failure = await runLoader("", "bpe").catch((error: unknown) => error);
  expect(failure).toMatchObject({code: 1});
  expect(String((failure as {stderr: Buffer}).stderr)).toBe(
    "The tokenizer is “bpe”; it must be character, byte-pair:SIZE or word-piece:SIZE, for example byte-pair:512.\n"
  );
});

it("gives the text that CORPUS names, and fails with a sentence when it cannot", async () => {
  const folder = await mkdtemp(join(tmpdir(), "corpus-"));
  try {
    const text = "A text of the publisher's own.\n".repeat(60);
    await writeFile(join(folder, "own.txt"), text);
    const files = await runLoader(join(folder, "own.txt"));
    const {meta, train, val} = corpusIn(files);
    const tokenizer = readTokenizer(meta.tokenizer);
    expect(tokenizer.decode(train) + tokenizer.decode(val)).toBe(text);
    expect(meta).toMatchObject({name: "own.txt", source: "own.txt", floor: null});
    expect(files["val-log-probabilities.bin"]).toHaveLength(0);
    const failure = await runLoader(join(folder, "none.txt")).catch((error: unknown) => error);
    expect(failure).toMatchObject({code: 1});
    expect(String((failure as {stderr: Buffer}).stderr)).toMatch(
      /none.txt could not be opened. There is no such file/
    );
  } finally {
    await rm(folder, {recursive: true});
  }
});
