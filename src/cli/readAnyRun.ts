import {readFile, stat} from "node:fs/promises";
import {basename, join} from "node:path";
import {chooseCorpus} from "../components/corpus/chooseCorpus.js";
import type {Corpus} from "../components/corpus/meta.js";
import {CHECKPOINT_FILE} from "../components/exchange/checkpoint.js";
import {MODEL_FILES} from "../components/exchange/modelFiles.js";
import {readModelFolder} from "../components/exchange/modelFolder.js";
import {NANOGPT_DATA} from "../components/exchange/nanoGpt/nanoGptCorpus.js";
import {NANOGPT_FILE} from "../components/exchange/nanoGpt/nanoGptFile.js";
import {NANOGPT_DATA_FOLDER, readNanoGptFolder} from "../components/exchange/nanoGpt/nanoGptFolder.js";
import {fromOnnx} from "../components/exchange/onnx/onnx.js";
import {readTokenizer} from "../components/text/tokenizerFile.js";
import {initialState} from "../components/training/moments.js";
import {newRun} from "../components/training/newRun.js";
import type {Snapshot} from "../components/training/snapshot.js";
import {readRun, readRunFrom} from "./runFolder.js";

export interface FoundRun {
  snapshot: Snapshot;
  corpus: Corpus;
  /** Sentences on what was not there and begins anew. */
  remarks: string[];
}

/**
 * The run at a path: a run's file or folder, a model's folder (which knows its text by hash only: `location` names it, or
 * it is the built-in one), or a folder with nanoGPT's files. Throws Error, saying what is missing or damaged.
 */
export async function readAnyRun(path: string, location: string | undefined): Promise<FoundRun> {
  if ((await kindOf(path)) === "file") return {...(await readRunFrom(path)), remarks: []};
  const holds = async (name: string) => (await kindOf(join(path, name))) === "file";
  if (await holds(CHECKPOINT_FILE)) return {...(await readRun(path)), remarks: []};
  if (await holds(NANOGPT_FILE)) return readNanoGpt(path);
  if (await holds(MODEL_FILES.onnx)) return readModel(path, location);
  throw new Error(
    `${path} holds no run: there is neither ${CHECKPOINT_FILE} nor ${NANOGPT_FILE} nor ${MODEL_FILES.onnx}.`
  );
}

async function readNanoGpt(folder: string): Promise<FoundRun> {
  const inPlace = (await kindOf(join(folder, NANOGPT_DATA.train))) === "file";
  const read = (name: string) => readFile(join(folder, inPlace ? "" : NANOGPT_DATA_FOLDER, name));
  const [file, train, val, meta] = await Promise.all([
    readFile(join(folder, NANOGPT_FILE)),
    read(NANOGPT_DATA.train),
    read(NANOGPT_DATA.val),
    read(NANOGPT_DATA.meta).catch(() => null)
  ]);
  const found = await readNanoGptFolder(file, {train, val, meta}, basename(folder));
  return {...found, remarks: ["nanoGPT's batches are drawn otherwise: they begin anew."]};
}

async function readModel(folder: string, location: string | undefined): Promise<FoundRun> {
  const files = Object.fromEntries(
    await Promise.all(
      Object.values(MODEL_FILES).map(
        async (name) => [name, await readFile(join(folder, name)).catch(() => undefined)] as const
      )
    )
  );
  const {config, tokenizer, run} = readModelFolder(files);
  const {parameters} = fromOnnx(files[MODEL_FILES.onnx]!);
  const {kind, vocabulary, paddingId} = tokenizer;
  const padding = paddingId !== undefined;
  const vocabularySize = vocabulary.length - (padding ? 1 : 0);
  const choice = kind === "character" ? {kind, padding} : {kind, vocabularySize, padding};
  const {corpus} = await chooseCorpus(location, config.blockSize, {tokenizer: choice});
  const cut = readTokenizer(corpus.meta.tokenizer).vocabulary;
  if (corpus.meta.sha256 !== run.corpus.sha256 || cut.join("\0") !== vocabulary.join("\0"))
    throw new Error(
      `The model in ${folder} was trained on “${run.corpus.name}”, and ${location ?? "the built-in text"} is another text: name its own with --corpus.`
    );
  const {trainConfig, history, seconds, steps, begunFrom} = run;
  const begun = newRun(config, trainConfig, corpus.meta);
  const moments = initialState(trainConfig.optimiser, parameters);
  return {
    snapshot: {
      ...begun,
      ...(begunFrom && {begunFrom}),
      step: steps,
      history,
      seconds,
      parameters,
      ...moments
    },
    corpus,
    remarks: [
      "A model's folder does not hold the optimiser's state nor the place in the order of batches: both begin anew."
    ]
  };
}

async function kindOf(path: string): Promise<"file" | "folder" | null> {
  const found = await stat(path).catch(() => null);
  return found && (found.isFile() ? "file" : "folder");
}
