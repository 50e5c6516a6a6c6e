import {readCorpus, readCorpusMeta} from "../corpus/readCorpus.js";
import {LONGEST, type TextSource} from "../evaluation/textSource.js";
import {fetchBytes} from "../inference/fetchBytes.js";
import {RunStore, StorageError} from "../training/store.js";
import type {SiteFiles, StudioModel} from "./model.js";

/** Where the site's own text lies, training text and all. */
export interface TextFiles extends Pick<SiteFiles, "corpusMeta" | "validation"> {
  training: string;
}

/** A text to measure a model on, with its name for people. */
export interface HeldOutSource {
  name: string;
  source: TextSource;
  /** Whether the model was trained on the first part of this text. */
  own: boolean;
}

/**
 * The text that a model was trained on and what was held back of it: the reader's own run's from the browser's storage,
 * the site's for the model that ships. No more of it than is measured. Rejects with StorageError where the run is gone
 * or the browser refuses, with Error where a file cannot be had or is damaged, and with the signal's reason.
 */
export async function openHeldOutSource(
  files: TextFiles,
  {own, mismatch}: Pick<StudioModel, "own" | "mismatch">,
  {
    signal,
    openStore = () => RunStore.open()
  }: {signal?: AbortSignal; openStore?: () => Promise<Pick<RunStore, "summary" | "tokens" | "close">>} = {}
): Promise<HeldOutSource> {
  const {name, source} = own ? await fromStore(openStore) : await fromSite(files);
  signal?.throwIfAborted();
  const {train, val} = source;
  return {
    name,
    // Copies: a part that is sent to a worker takes the whole buffer with it.
    source: {...source, train: train.slice(-LONGEST.train), val: val.slice(0, LONGEST.val)},
    own: own || mismatch === null
  };
}

type Found = Pick<HeldOutSource, "name" | "source">;

async function fromStore(
  openStore: () => Promise<Pick<RunStore, "summary" | "tokens" | "close">>
): Promise<Found> {
  const store = await openStore();
  try {
    const [run, tokens] = await Promise.all([store.summary(), store.tokens()]);
    if (!run || !tokens || run.runId !== tokens.runId)
      throw new StorageError("No trained run is stored in this browser any more: reload the page.");
    const {name, tokenizer, floor} = run.corpus;
    return {name, source: {tokenizer, train: tokens.train, val: tokens.val, stories: floor !== null}};
  } finally {
    store.close();
  }
}

async function fromSite({corpusMeta, training, validation}: TextFiles): Promise<Found> {
  const [meta, train, val] = await Promise.all(
    [corpusMeta, training, validation].map((url) => fetchBytes(url))
  );
  const corpus = readCorpus({
    meta: readCorpusMeta(JSON.parse(new TextDecoder().decode(meta))),
    train: train!,
    val: val!
  });
  const {name, tokenizer, floor} = corpus.meta;
  return {name, source: {tokenizer, train: corpus.train, val: corpus.val, stories: floor !== null}};
}
