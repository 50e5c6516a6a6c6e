import {studyText} from "../components/chapters/text/study.js";
import {chooseCorpus} from "../components/corpus/chooseCorpus.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";

/**
 * What the chapter “Text as numbers” shows before its reader does anything: the site's whole text (CORPUS, else the
 * story grammar's), counted, with the byte pairs and word pieces that it teaches.
 */
try {
  const {corpus} = await chooseCorpus(process.env.CORPUS, 1);
  const {decode} = readTokenizer(corpus.meta.tokenizer);
  const study = studyText(corpus.meta.name, decode(corpus.train) + decode(corpus.val));
  process.stdout.write(JSON.stringify(study));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
