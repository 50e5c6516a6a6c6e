import {normaliseText} from "../../corpus/normaliseText.js";
import {readCorpus} from "../../corpus/readCorpus.js";
import {messageOf} from "../../errorMessage.js";
import {readTokenizer} from "../../text/tokenizerFile.js";
import type {StudyReport, StudySource} from "./protocol.js";
import {studyText} from "./study.js";

/** The worker in which texts are counted and tokenizers learned, so that the page never waits for them. */
const post = (report: StudyReport) => self.postMessage(report);

self.onmessage = async ({data: source}: MessageEvent<StudySource>) => {
  try {
    const text = source.kind === "text" ? normaliseText(source.text) : await builtText(source);
    const start = performance.now();
    const study = studyText(source.name, text, (stage) => post({type: "stage", stage}));
    post({type: "done", study, seconds: (performance.now() - start) / 1000});
  } catch (error) {
    post({type: "failed", message: messageOf(error)});
  }
};

/** The text of a corpus that the site was built with. */
async function builtText({
  name,
  metaUrl,
  trainUrl,
  valUrl
}: Extract<StudySource, {kind: "built"}>): Promise<string> {
  const [meta, train, val] = await Promise.all([metaUrl, trainUrl, valUrl].map(fetchBytes));
  const corpus = readCorpus({
    meta: JSON.parse(new TextDecoder().decode(meta)),
    train: train!,
    val: val!
  });
  const {kind, decode} = readTokenizer(corpus.meta.tokenizer);
  if (kind === "word-piece")
    throw new Error(
      `“${name}” is stored as word pieces, which do not keep white space, so it cannot be learned from here: choose another text.`
    );
  return decode(corpus.train) + decode(corpus.val);
}

async function fetchBytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new Error("The text could not be fetched. Check the connection and try again.", {cause});
  });
  if (!response.ok)
    throw new Error(
      `The text could not be fetched (HTTP ${response.status}). Check the connection and try again.`
    );
  return new Uint8Array(await response.arrayBuffer());
}
