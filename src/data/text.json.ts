import {readFile} from "node:fs/promises";
import {join, resolve} from "node:path";
import type {SiteStudy} from "../components/chapters/text/facts.js";
import {studyText} from "../components/chapters/text/study.js";
import {chooseCorpus} from "../components/corpus/chooseCorpus.js";
import {MODEL_FILES} from "../components/exchange/modelFiles.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";

/**
 * What the chapter “Text as numbers” shows before its reader does anything: the site's whole text (CORPUS, else the
 * story grammar's), counted, with the byte pairs and word pieces that it teaches, and what the shipped model reads.
 */
try {
  const {corpus} = await chooseCorpus(process.env.CORPUS, 1);
  const {decode} = readTokenizer(corpus.meta.tokenizer);
  const study = studyText(corpus.meta.name, decode(corpus.train) + decode(corpus.val));
  const folder = resolve(process.env.MODEL || "src/data/shipped-model");
  const reads = readTokenizer(JSON.parse(await readFile(join(folder, MODEL_FILES.tokenizer), "utf8"))).kind;
  const page: SiteStudy = {...study, reads};
  process.stdout.write(JSON.stringify(page));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
