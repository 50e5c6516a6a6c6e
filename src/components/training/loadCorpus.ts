import {buildCorpus} from "../corpus/buildCorpus.js";
import {cleanBook} from "../corpus/cleanBook.js";
import type {Removal} from "../corpus/cleanBookRemoval.js";
import {type CorpusCache, cachedCorpus, tokenizerKey} from "../corpus/corpusCache.js";
import type {Corpus} from "../corpus/meta.js";
import {readCorpus, readCorpusMeta} from "../corpus/readCorpus.js";
import {isChosen, retokenise} from "../corpus/retokenise.js";
import {streamCorpus, streamSha256, unreadable} from "../corpus/streamingCorpus.js";
import {openBytes} from "../corpus/streamingSource.js";
import {decodeUtf8, Utf8Error} from "../corpus/utf8.js";
import {checkTokenizerChoice, type TokenizerChoice} from "../text/tokenizerChoice.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import {LARGEST_FILE, LARGEST_WHOLE} from "./corpusLimits.js";
import {nextTask} from "./nextTask.js";
import type {CorpusSource, FileSource, Reading, RunSource} from "./protocol.js";

/** What whoever loads a corpus may want to hear of, and where tokens are kept between visits. */
export interface LoadingHooks {
  /** A sentence on what is being done. */
  say?(message: string): void;
  onCleaned?(removed: Removal[]): void;
  /** The progress of reading a file. */
  onReading?(progress: Pick<Reading, "purpose" | "bytes" | "total">): void;
  /** A sentence that stays true when all is done: where tokens came from, or why they are not kept. */
  remark?(message: string): void;
  /** Ends the reading of a file: the promise rejects with its reason. */
  signal?: AbortSignal;
  /** Where it cannot be opened, texts are cut anew each time. */
  openCache?(): Promise<CorpusCache>;
}

/** What a reader's text says of itself. */
const OWN = {
  source: "given by the reader",
  license: "The reader's own text; it has not left this browser."
};

/**
 * The site's own tokenised corpus, fetched, and tokenised again where another tokenizer is asked for; or the reader's
 * text or file, tokenised here. What takes long, which is learning a tokenizer and reading a large file, is done once
 * for each text and tokenizer. Throws as `buildCorpus`, `streamCorpus` and `retokenise` do; RangeError for a file
 * beyond the limits.
 */
export async function loadCorpus(
  source: RunSource,
  blockSize: number,
  hooks: LoadingHooks = {}
): Promise<Corpus> {
  if (source.tokenizer) checkTokenizerChoice(source.tokenizer);
  switch (source.kind) {
    case "text":
      return textCorpus(source, blockSize, hooks);
    case "file":
      return source.isBook ? bookCorpus(source, blockSize, hooks) : fileCorpus(source, blockSize, hooks);
    case "built":
      return builtCorpus(source, blockSize, hooks);
  }
}

async function textCorpus(
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
  const about = {name, ...OWN};
  const make = () => {
    hooks.say?.(cutting(tokenizer));
    return buildCorpus(text, {...about, blockSize, tokenizer});
  };
  if (tokenizer.kind === "character") return make();
  const {meta, train, val} = await keep(
    name,
    () => streamSha256(new Blob([text]), name),
    tokenizer,
    make,
    hooks
  );
  return {meta: {...meta, ...about}, train, val}; // it may have been stored under another name
}

/** A file that is read piece by piece: once to learn its vocabulary, once to cut it; or once, to find it cut already. */
async function fileCorpus(
  {name, file, tokenizer = {kind: "character"}}: FileSource,
  blockSize: number,
  hooks: LoadingHooks
): Promise<Corpus> {
  checkSize(file, name, LARGEST_FILE, "used here. Use a part of it.");
  const source = plainText(file);
  const about = {name, ...OWN};
  const signal = hooks.signal ? {signal: hooks.signal} : {};
  const tell = (purpose: Reading["purpose"]) => (bytes: number) =>
    hooks.onReading?.({purpose, bytes, total: file.size});
  const make = () => {
    hooks.say?.(`Reading “${name}” …`);
    const [learn, cut] = [tell("learn"), tell("cut")];
    return streamCorpus(
      source,
      {...about, blockSize, tokenizer},
      {
        ...signal,
        onProgress({pass, bytes}) {
          (pass === 1 ? learn : cut)(bytes);
          if (pass === 1 && bytes === file.size) hooks.say?.(cutting(tokenizer));
        }
      }
    );
  };
  // Where nothing is kept that was cut alike, a reading to find it is not worth its time.
  const recognise = async (cache: CorpusCache) => {
    const key = tokenizerKey(tokenizer);
    if (!(await cache.list().catch(() => [])).some((entry) => entry.tokenizer === key)) return null;
    hooks.say?.(`Reading “${name}” …`);
    const told = tell("recognise");
    return streamSha256(source, name, {...signal, onProgress: ({bytes}) => told(bytes)});
  };
  const {meta, train, val} = await keep(name, recognise, tokenizer, make, hooks);
  return {meta: {...meta, ...about}, train, val}; // it may have been stored under another name
}

/** A file that is read whole, for only so can it be cleaned as a book. */
async function bookCorpus(
  {file, ...source}: FileSource,
  blockSize: number,
  hooks: LoadingHooks
): Promise<Corpus> {
  checkSize(file, source.name, LARGEST_WHOLE, "cleaned as a book. Use it as it is, or a part of it.");
  let text: string;
  try {
    text = await decodeUtf8(plainText(file).open());
  } catch (cause) {
    throw unreadable(source.name, cause);
  }
  return textCorpus({...source, kind: "text", text}, blockSize, hooks);
}

function checkSize({size}: Blob, name: string, limit: number, toDo: string): void {
  if (size > limit)
    throw new RangeError(
      `“${name}” has ${size.toLocaleString("en")} bytes; at most ${limit.toLocaleString("en")} can be ${toDo}`
    );
}

/** A reading lets waiting messages in, such as that it should stop, after this long, ms: read chunks do not. */
const TURN = 50;

/** A file's bytes, refused as soon as one of them is zero, which is valid UTF-8 but no text. */
function plainText(file: Blob): {size: number; open(): AsyncIterable<Uint8Array>} {
  return {
    size: file.size,
    async *open() {
      let before = 0;
      let turn = performance.now();
      for await (const chunk of openBytes(file)) {
        const zero = chunk.indexOf(0);
        if (zero >= 0)
          throw new Utf8Error(`It is not a plain text: byte ${before + zero} is zero.`, before + zero);
        before += chunk.length;
        yield chunk;
        if (performance.now() - turn < TURN) continue;
        await nextTask();
        turn = performance.now();
      }
    }
  };
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
  const {name, sha256, tokenizer: file} = readCorpusMeta(meta);
  if (isChosen(readTokenizer(file), tokenizer)) return read();
  const make = async () => {
    const corpus = await read();
    hooks.say?.(cutting(tokenizer));
    return retokenise(corpus, tokenizer, blockSize);
  };
  // One more token, which no text is cut into, is nothing to keep.
  if (tokenizer.padding && isChosen(readTokenizer(file), {...tokenizer, padding: false}))
    return retokenise(await read(), tokenizer, blockSize);
  return keep(name, async () => sha256, tokenizer, make, hooks);
}

/**
 * The corpus from the cache, or made and put there; just made where this browser keeps nothing. `checksum` is null
 * where it is known without it that the cache does not have this text.
 */
async function keep(
  name: string,
  checksum: (cache: CorpusCache) => Promise<string | null>,
  tokenizer: TokenizerChoice,
  make: () => Promise<Corpus>,
  {openCache, remark}: LoadingHooks
): Promise<Corpus> {
  const cache = await openCache?.().catch(() => null);
  if (!cache) return make();
  let isMade = false;
  const makeNow = () => {
    isMade = true;
    return make();
  };
  try {
    const sha256 = await checksum(cache);
    const corpus = await cachedCorpus(cache, sha256, tokenizer, makeNow, ({message}) => remark?.(message));
    if (!isMade) remark?.(`The tokens of “${name}” were kept in this browser, so it was not cut again.`);
    return corpus;
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
