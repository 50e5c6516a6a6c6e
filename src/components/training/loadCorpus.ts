import {buildCorpus} from "../corpus/buildCorpus.js";
import type {Corpus} from "../corpus/meta.js";
import {readCorpus} from "../corpus/readCorpus.js";
import {retokenise} from "../corpus/retokenise.js";
import {checkTokenizerChoice} from "../text/tokenizerChoice.js";
import type {CorpusSource} from "./protocol.js";

/**
 * The site's own tokenised corpus, fetched, and tokenised again where another tokenizer is asked for; or the reader's
 * text, tokenised here.
 */
export async function loadCorpus(source: CorpusSource, blockSize: number): Promise<Corpus> {
  const {tokenizer} = source;
  if (tokenizer) checkTokenizerChoice(tokenizer);
  if (source.kind === "text")
    return buildCorpus(source.text, {
      name: source.name,
      source: "given by the reader",
      license: "The reader's own text; it has not left this browser.",
      blockSize,
      ...(tokenizer && {tokenizer})
    });
  const [meta, train, val] = await Promise.all([
    get(source.metaUrl).then((response) => response.json()),
    get(source.trainUrl).then((response) => response.arrayBuffer()),
    get(source.valUrl).then((response) => response.arrayBuffer())
  ]);
  const corpus = readCorpus({meta, train: new Uint8Array(train), val: new Uint8Array(val)});
  return tokenizer ? retokenise(corpus, tokenizer, blockSize) : corpus;
}

async function get(url: string): Promise<Response> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new Error("The site's corpus could not be fetched. Check the connection and try again.", {cause});
  });
  if (!response.ok)
    throw new Error(
      `The site's corpus could not be fetched (HTTP ${response.status}). Check the connection and try again.`
    );
  return response;
}
