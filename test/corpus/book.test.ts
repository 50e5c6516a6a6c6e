import {execFile} from "node:child_process";
import {promisify} from "node:util";
import {unzipSync} from "fflate";
import {beforeAll, expect, it} from "vitest";
import {cleanBook} from "../../src/components/corpus/cleanBook.js";
import {documentStarts, sampleDocuments} from "../../src/components/corpus/documents.js";
import type {Corpus} from "../../src/components/corpus/meta.js";
import {readCorpus} from "../../src/components/corpus/readCorpus.js";
import {createRandom} from "../../src/components/random.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";

let files: Record<string, Uint8Array>;
let corpus: Corpus;
let text: string;
const parse = (name: string) => JSON.parse(new TextDecoder().decode(files[name]));

/** The site's loader, run as the build does. */
beforeAll(async () => {
  const {stdout} = await promisify(execFile)(process.execPath, ["--import", "tsx", "src/data/book.zip.ts"], {
    encoding: "buffer",
    maxBuffer: 2 ** 26
  });
  files = unzipSync(new Uint8Array(stdout));
  corpus = readCorpus({meta: parse("meta.json"), train: files["train.bin"]!, val: files["val.bin"]!});
  const tokenizer = readTokenizer(corpus.meta.tokenizer);
  text = tokenizer.decode(corpus.train) + tokenizer.decode(corpus.val);
}, 60_000);

it("is whole chapters of Moby-Dick from its start, small and said to be free", () => {
  expect(text).toMatch(/^CHAPTER 1\. Loomings\.\n\nCall me Ishmael\. Some years ago--never mind how long/);
  expect(text.match(/^CHAPTER \d+\./gm)).toEqual(Array.from({length: 52}, (_, i) => `CHAPTER ${i + 1}.`));
  expect(corpus.meta.counts.bytes).toBeGreaterThan(450_000);
  expect(corpus.meta.counts.bytes).toBeLessThanOrEqual(500_000);
  expect(corpus.meta).toMatchObject({name: "Moby-Dick", floor: null, unknown: {total: 0}});
  expect(corpus.meta.source).toMatch(/Melville.*\(1851\), chapters 1 to 52/);
  expect(corpus.meta.license).toMatch(/public domain/);
  expect(files["val-log-probabilities.bin"]).toHaveLength(0);
});

it("is plain ASCII and clean, its verse in lines, and what was replaced is listed", () => {
  expect(text).toMatch(/^[\n -~]+$/);
  expect(cleanBook(text)).toEqual({text, removed: []});
  expect(text).toContain('     "The ribs and terrors in the whale,\n     Arched over me a dismal gloom,\n');
  expect(parse("removed.json")).toEqual([
    {kind: "dash", from: "—", to: "--", count: text.match(/--/g)!.length, line: 3}
  ]);
});

it("has documents to batch in both of its parts", () => {
  const tokenizer = readTokenizer(corpus.meta.tokenizer);
  for (const part of [corpus.train, corpus.val]) {
    const starts = documentStarts(part, tokenizer);
    expect(starts.length).toBeGreaterThan(50);
    const {inputs, padding} = sampleDocuments(
      part,
      starts,
      {batchSize: 16, blockSize: 128, paddingId: 0},
      createRandom(1)
    );
    for (let b = 0; b < 16; b++) {
      const row = inputs.subarray(b * 128, (b + 1) * 128).filter((_, t) => !padding![b * 128 + t]);
      expect(text).toContain(tokenizer.decode(row));
    }
  }
});
