import type {SiteStudy} from "../components/chapters/text/facts.js";
import {studyText} from "../components/chapters/text/study.js";
import {messageOf} from "../components/errorMessage.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import {shippedFile} from "./shippedModel.js";
import {siteCharacters} from "./siteCorpus.js";

/**
 * What the chapter “Text as numbers” shows before its reader does anything: the site's whole text (CORPUS, else the
 * story grammar's), counted, with the byte pairs and word pieces that it teaches, and what the shipped model reads.
 */
try {
  const {corpus} = await siteCharacters();
  const {decode} = readTokenizer(corpus.meta.tokenizer);
  const study = studyText(corpus.meta.name, decode(corpus.train) + decode(corpus.val));
  const file = new TextDecoder().decode(await shippedFile("tokenizer"));
  const page: SiteStudy = {...study, reads: readTokenizer(JSON.parse(file)).kind};
  process.stdout.write(JSON.stringify(page));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
