import {buildCorpus} from "../corpus/buildCorpus.js";
import {cleanBook} from "../corpus/cleanBook.js";
import type {Removal} from "../corpus/cleanBookRemoval.js";
import {type CorpusCache, cachedCorpus} from "../corpus/corpusCache.js";
import type {Corpus} from "../corpus/meta.js";
import {readCorpus, readCorpusMeta} from "../corpus/readCorpus.js";
import {isChosen, retokenise} from "../corpus/retokenise.js";
import {streamSha256} from "../corpus/streamingCorpus.js";
import {checkTokenizerChoice, type TokenizerChoice} from "../text/tokenizerChoice.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import type {CorpusSource} from "./protocol.js";

/** What whoever loads a corpus may want to hear of, and where tokens are kept between visits. */
export interface LoadingHooks {
  /** A sentence on what is being done. */
  say?(message: string): void;
  onCleaned?(removed: Removal[]): void;
  /** Where it cannot be opened, texts are cut anew each time. */
  openCache?(): Promise<CorpusCache>;
}

/**
 * The site's own tokenised corpus, fetched, and tokenised again where another tokenizer is asked for; or the reader's
 * text, tokenised here. What takes long, which is learning a tokenizer, is done once for each text and tokenizer.
 */
export async function loadCorpus(
  source: CorpusSource,
  blockSize: number,
  hooks: LoadingHooks = {}
): Promise<Corpus> {
  if (source.tokenizer) checkTokenizerChoice(source.tokenizer);
  return source.kind === "text" ? ownCorpus(source, blockSize, hooks) : builtCorpus(source, blockSize, hooks);
}

async function ownCorpus(
  {name, text: given, isBook, tokenizer = {kind: "character"}}: Extract<CorpusSource, {kind: "text"}>,
  blockSize: number,
  hooks: LoadingHooks
): Promise<Corpus> {
  let text = given;
  if (isBook) {
    hooks.say?.("Cleaning the text as a book …");
    const clean = cleanBook(given);
    text = clean.text;
    hooks.onCleaned?.(clean.removed);
  }
  const about = {
    name,
    source: "given by the reader",
    license: "The reader's own text; it has not left this browser."
  };
  const make = () => {
    hooks.say?.(cutting(tokenizer));
    return buildCorpus(text, {...about, blockSize, tokenizer});
  };
  if (tokenizer.kind === "character") return make();
  const {meta, train, val} = await keep(() => streamSha256(new Blob([text]), name), tokenizer, make, hooks);
  return {meta: {...meta, ...about}, train, val}; // it may have been stored under another name
}

async function builtCorpus(
  {metaUrl, trainUrl, valUrl, tokenizer}: Extract<CorpusSource, {kind: "built"}>,
  blockSize: number,
  hooks: LoadingHooks
): Promise<Corpus> {
  hooks.say?.("Fetching the text …");
  const meta: unknown = await get(metaUrl).then((response) => response.json());
  const read = async () => {
    const [train, val] = await Promise.all(
      [trainUrl, valUrl].map(async (url) => new Uint8Array(await (await get(url)).arrayBuffer()))
    );
    return readCorpus({meta, train: train!, val: val!});
  };
  if (!tokenizer) return read();
  const {sha256, tokenizer: file} = readCorpusMeta(meta);
  if (isChosen(readTokenizer(file), tokenizer)) return read();
  const make = async () => {
    const corpus = await read();
    hooks.say?.(cutting(tokenizer));
    return retokenise(corpus, tokenizer, blockSize);
  };
  return keep(async () => sha256, tokenizer, make, hooks);
}

/** The corpus from the cache, or made and put there; just made where this browser keeps nothing. */
async function keep(
  checksum: () => Promise<string>,
  tokenizer: TokenizerChoice,
  make: () => Promise<Corpus>,
  {openCache}: LoadingHooks
): Promise<Corpus> {
  const cache = await openCache?.().catch(() => null);
  if (!cache) return make();
  try {
    return await cachedCorpus(cache, await checksum(), tokenizer, make);
  } finally {
    cache.close();
  }
}

const cutting = (tokenizer: TokenizerChoice): string => {
  switch (tokenizer.kind) {
    case "character":
      return "Cutting the text into characters …";
    case "byte-pair":
      return `Learning ${tokenizer.vocabularySize.toLocaleString("en")} byte pairs, and cutting the text with them …`;
    case "word-piece":
      return `Learning ${tokenizer.vocabularySize.toLocaleString("en")} word pieces, and cutting the text with them …`;
  }
};

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
