import {buildCorpus} from "../corpus/buildCorpus.js";
import type {Corpus} from "../corpus/meta.js";
import {readCorpus} from "../corpus/readCorpus.js";
import type {CorpusSource} from "./protocol.js";

/** The site's own tokenised corpus, fetched, or the reader's text, tokenised here. */
export async function loadCorpus(source: CorpusSource, blockSize: number): Promise<Corpus> {
  if (source.kind === "text")
    return buildCorpus(source.text, {
      name: source.name,
      source: "given by the reader",
      license: "The reader's own text; it has not left this browser.",
      blockSize
    });
  const [meta, train, val] = await Promise.all([
    get(source.metaUrl).then((response) => response.json()),
    get(source.trainUrl).then((response) => response.arrayBuffer()),
    get(source.valUrl).then((response) => response.arrayBuffer())
  ]);
  return readCorpus({meta, train: new Uint8Array(train), val: new Uint8Array(val)});
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
