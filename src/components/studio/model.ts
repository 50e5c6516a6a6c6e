import type {CorpusMeta} from "../corpus/meta.js";
import {messageOf} from "../errorMessage.js";
import {ImportedStore, type KeptModel} from "../exchange/opening/importedStore.js";
import {parseRunRecord, runRecord} from "../exchange/runRecord.js";
import {openOnnxModelInWorker} from "../inference/client.js";
import {fetchText} from "../inference/fetchBytes.js";
import type {LanguageModel} from "../inference/languageModel.js";
import type {LoadProgress} from "../inference/protocol.js";
import {SITE_GRAPH} from "../inference/siteGraph.js";
import {inTurns} from "../text/inSteps.js";
import type {Tokenizer} from "../text/tokenizer.js";
import {readTokenizer, readTokenizerInSteps} from "../text/tokenizerFile.js";
import {nextTask} from "../training/nextTask.js";
import type {RunSummary} from "../training/snapshot.js";
import {RunStore, StorageError} from "../training/store.js";
import {formatCount} from "../views/format.js";
import {fetchOpening, OPENING_TOKENS} from "./opening.js";

/** Where the site's own files lie: the shipped model's, and its corpus's. */
export interface SiteFiles {
  model: string;
  /** Bytes of the model's file, if known. */
  modelBytes: number | undefined;
  tokenizer: string;
  run: string;
  corpusMeta: string;
  validation: string;
}

/** A model that answers, with what the pages say of it. */
export interface StudioModel {
  model: LanguageModel;
  /** Trained by the reader here. */
  own: boolean;
  /** Opened from files, and so neither the reader's run nor the one that ships. */
  opened?: true;
  /** Its corpus, when that is not the site's. */
  mismatch: {trainedOn: string} | null;
  /** Text of its kind that it was not trained on, for the reader's boxes to begin with. */
  opening: string;
}

export interface OpenModelOptions {
  onProgress?: (progress: LoadProgress) => void;
  signal?: AbortSignal;
  /** For tests: what opens an ONNX file, and the reader's storage. */
  openOnnx?: (...opening: Parameters<typeof openOnnxModelInWorker>) => Promise<LanguageModel>;
  openStore?: () => Promise<Store>;
}

/** The part of `RunStore` that is read here. */
export type Store = Pick<RunStore, "summary" | "snapshot" | "opening" | "close">;

/**
 * The reader's own run, when it has been trained at all. Where the browser's storage refuses, there is none and
 * `problem` says why.
 */
export async function findOwnRun(
  openStore: () => Promise<Store> = () => RunStore.open()
): Promise<{run: RunSummary | null; problem: string | null}> {
  try {
    const store = await openStore();
    try {
      const run = await store.summary();
      return {run: run && run.step > 0 ? run : null, problem: null};
    } finally {
      store.close();
    }
  } catch (error) {
    return {run: null, problem: messageOf(error)};
  }
}

/**
 * Opens the model of the reader's run as it is stored at this moment: written as ONNX in memory and run like any
 * other. Rejects with StorageError when there is none or the browser refuses, with RangeError when its numbers
 * are not finite, as `openOnnxModelInWorker` does, and with the signal's reason.
 */
export async function openOwnModel(site: SiteFiles, options: OpenModelOptions = {}): Promise<StudioModel> {
  const {openStore = () => RunStore.open(), openOnnx = openOnnxModelInWorker, signal} = options;
  const store = await openStore();
  try {
    const snapshot = await store.snapshot();
    signal?.throwIfAborted();
    if (!snapshot || snapshot.step === 0) throw new StorageError("No trained run is stored in this browser.");
    const {modelConfig: config, parameters, corpus, step} = snapshot;
    // Protocol buffers are needed here only, so they are not part of the pages' first load.
    const {toOnnx} = await import("../exchange/onnx/onnx.js");
    const tokenizer = readTokenizer(corpus.tokenizer);
    const metadata = {tokenizer: corpus.tokenizer, run: runRecord(snapshot)};
    const bytes = toOnnx({config, parameters, metadata}, SITE_GRAPH);
    const siteMeta = await fetchMeta(site);
    const foreign = corpus.sha256 !== siteMeta.sha256;
    // The site's tokens are of the site's tokenizer, which may be another than the run's on the same text.
    const text = foreign
      ? tokenizer.decode(await store.opening(OPENING_TOKENS))
      : await siteOpening(site, siteMeta, tokenizer, signal);
    const model = await openOnnx(bytes, {...openOptions(options), label: ownLabel(step), tokenizer});
    return {
      model,
      own: true,
      mismatch: foreign ? {trainedOn: corpus.name} : null,
      opening: text
    };
  } finally {
    store.close();
  }
}

/** The model that the reader has opened from files, if this browser has it. */
export const findOpenedModel = (store = new ImportedStore()): Promise<KeptModel | null> => store.read();

/**
 * Opens that model. Rejects with FormatError, and where the browser no longer has its file, with Error; as
 * `openOnnxModelInWorker` does; and with the signal's reason.
 */
export async function openOpenedModel(
  site: SiteFiles,
  {facts, file}: KeptModel,
  options: OpenModelOptions = {}
): Promise<StudioModel> {
  const {openOnnx = openOnnxModelInWorker, signal} = options;
  const siteMeta = await fetchMeta(site);
  const tokenizer = await inTurns(readTokenizerInSteps(facts.tokenizer), nextTask, signal);
  const opening = await siteOpening(site, siteMeta, tokenizer, signal);
  const url = URL.createObjectURL(file);
  try {
    const model = await openOnnx(url, {...openOptions(options), label: openedLabel(facts.name), tokenizer});
    return {model, own: false, opened: true, mismatch: foreignTo(siteMeta, facts.corpus), opening};
  } finally {
    URL.revokeObjectURL(url);
  }
}

export const openedLabel = (name: string): string => `the model from ${name}`;

function foreignTo({sha256}: CorpusMeta, corpus: KeptModel["facts"]["corpus"]): StudioModel["mismatch"] {
  if (!corpus) return {trainedOn: "which its files do not name"};
  return corpus.sha256 === sha256 ? null : {trainedOn: corpus.name};
}

export const ownLabel = (step: number): string => `your model, step ${formatCount(step)}`;

/** Opens the model that ships with the site. Rejects with Error when a file cannot be had or is damaged. */
export async function openShippedModel(
  site: SiteFiles,
  options: OpenModelOptions = {}
): Promise<StudioModel> {
  const {openOnnx = openOnnxModelInWorker, signal} = options;
  const [siteMeta, tokenizer, run] = await Promise.all([
    fetchMeta(site),
    fetchText(site.tokenizer).then((text) => readTokenizer(JSON.parse(text))),
    fetchText(site.run).then(parseRunRecord)
  ]);
  const foreign = run.corpus.sha256 !== siteMeta.sha256;
  const label = "the model that ships with this site";
  const [model, opening] = await Promise.all([
    openOnnx(site.model, {...openOptions(options), label, tokenizer}),
    siteOpening(site, siteMeta, tokenizer, signal)
  ]);
  return {model, own: false, mismatch: foreign ? {trainedOn: run.corpus.name} : null, opening};
}

/**
 * The beginning of the site's text. What a character model from elsewhere does not know of it is left out; word
 * pieces put [UNK] for it, and byte pairs know everything.
 */
async function siteOpening(
  site: SiteFiles,
  meta: CorpusMeta,
  tokenizer: Tokenizer,
  signal?: AbortSignal
): Promise<string> {
  const ids = await fetchOpening(site.validation, signal);
  const text = readTokenizer(meta.tokenizer).decode(ids);
  return tokenizer.kind === "character" ? tokenizer.decode(tokenizer.encode(text).ids) : text;
}

function openOptions({onProgress, signal}: OpenModelOptions) {
  return {...(onProgress && {onProgress}), ...(signal && {signal})};
}
const fetchMeta = async (site: SiteFiles): Promise<CorpusMeta> =>
  JSON.parse(await fetchText(site.corpusMeta));

/** A sentence on why the shipped model answers although there is a run of the reader's. */
export const fallbackSentence = (error: unknown): string =>
  `Your own model could not be opened: ${messageOf(error)} The site's model answers instead.`;

/** The same for the model from files. */
export const openedFallbackSentence = (error: unknown): string =>
  `The model from your files could not be opened: ${messageOf(error)} The site's model answers instead.`;
