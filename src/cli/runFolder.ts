import {mkdir, readFile, rename, writeFile} from "node:fs/promises";
import {dirname, join} from "node:path";
import type {Corpus} from "../components/corpus/meta.js";
import {readCorpus} from "../components/corpus/readCorpus.js";
import {tokensToBytes} from "../components/corpus/tokenBytes.js";
import {CHECKPOINT_FILE, readCheckpoint, writeCheckpoint} from "../components/exchange/checkpoint.js";
import {CSV_LOG_FILE, csvLog} from "../components/exchange/logs/csvLog.js";
import type {LoggedRun} from "../components/exchange/logs/runLog.js";
import {eventFile, eventFileName} from "../components/exchange/logs/tensorboard.js";
import {modelFolder} from "../components/exchange/modelFolder.js";
import {RECEIPT_FILE, receiptOf, writeReceipt} from "../components/exchange/receipt.js";
import {readRunFile} from "../components/exchange/runFile.js";
import {type RecordedRun, runRecord} from "../components/exchange/runRecord.js";
import type {Snapshot} from "../components/training/snapshot.js";

/** The run's corpus beside it, in nanoGPT's layout, so that a run can go on where its text is gone. */
const CORPUS = {meta: "corpus/meta.json", train: "corpus/train.bin", val: "corpus/val.bin"} as const;

/** Writes what `readRun` reads: the checkpoint, and the corpus when it is given. */
export async function writeRun(folder: string, snapshot: Snapshot, corpus?: Corpus): Promise<void> {
  await writeFiles(folder, {
    [CHECKPOINT_FILE]: writeCheckpoint(snapshot),
    ...(corpus && {
      [CORPUS.meta]: JSON.stringify(corpus.meta),
      [CORPUS.train]: tokensToBytes(corpus.train),
      [CORPUS.val]: tokensToBytes(corpus.val)
    })
  });
}

/** The checkpoint of the lowest validation loss so far. */
export const BEST_FILE = "best.safetensors";

/** Where the checkpoint of a step lies, so that names sort by steps. */
export const checkpointFile = (step: number): string =>
  `checkpoints/step-${String(step).padStart(7, "0")}.safetensors`;

/** Writes one checkpoint of the run whose corpus lies in the folder. */
export const writeCheckpointFile = (folder: string, name: string, snapshot: Snapshot): Promise<void> =>
  writeFiles(folder, {[name]: writeCheckpoint(snapshot)});

/** Writes the run's curve for spreadsheets and for TensorBoard; returns the names of the files. */
export async function writeLogs(folder: string, run: LoggedRun): Promise<string[]> {
  const files = {[CSV_LOG_FILE]: csvLog(run), [eventFileName(run)]: eventFile(run)};
  await writeFiles(folder, files);
  return Object.keys(files);
}

/** Writes the run's receipt; returns the name of the file. */
export async function writeReceiptFile(folder: string, run: RecordedRun): Promise<string> {
  await writeFiles(folder, {[RECEIPT_FILE]: writeReceipt(receiptOf(run))});
  return RECEIPT_FILE;
}

interface HeldRun {
  snapshot: Snapshot;
  corpus: Corpus;
}

/** The run in a folder. Throws Error, saying what is missing or damaged. */
export async function readRun(folder: string): Promise<HeldRun> {
  const read = async (name: string) => {
    try {
      return await readFile(join(folder, name));
    } catch (cause) {
      throw new Error(
        `${join(folder, name)} cannot be read: --resume needs the folder of an earlier run, or a run’s file.`,
        {cause}
      );
    }
  };
  const [checkpoint, corpus] = await Promise.all([read(CHECKPOINT_FILE), readFolderCorpus(folder, read)]);
  return together(readCheckpoint(checkpoint), corpus, folder);
}

/**
 * The run in one file: with its text, as the site writes it, or a checkpoint in a run's folder, whose text is used.
 * Throws Error, saying what is missing or damaged.
 */
export async function readRunFrom(file: string): Promise<HeldRun> {
  const {snapshot, corpus} = readRunFile(await readFile(file));
  if (corpus) return {snapshot, corpus};
  const folder = dirname(file);
  for (const place of [folder, dirname(folder)]) {
    const found = await readFolderCorpus(place, (name) => readFile(join(place, name))).catch((error) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
      throw error;
    });
    if (found) return together(snapshot, found, place);
  }
  throw new Error(
    `${file} holds a run but not its text, and there is none beside it: use a file that was downloaded from the site, or one in its run’s folder.`
  );
}

async function readFolderCorpus(
  folder: string,
  read: (name: string) => Promise<Uint8Array>
): Promise<Corpus> {
  const [meta, train, val] = await Promise.all([CORPUS.meta, CORPUS.train, CORPUS.val].map(read));
  return readCorpus({meta: parse(meta!, join(folder, CORPUS.meta)), train: train!, val: val!});
}

function together(snapshot: Snapshot, corpus: Corpus, folder: string): HeldRun {
  if (snapshot.corpus.sha256 !== corpus.meta.sha256)
    throw new Error(
      `The checkpoint in ${folder} was trained on another text than the one in ${folder}/corpus.`
    );
  return {snapshot, corpus};
}

/** What run a folder holds, in words, "a run of 300 steps"; null where it holds none. */
export async function heldRun(folder: string): Promise<string | null> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(join(folder, CHECKPOINT_FILE));
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
  try {
    const {step} = readCheckpoint(bytes);
    return `a run of ${step.toLocaleString("en")} ${step === 1 ? "step" : "steps"}`;
  } catch {
    return "a run whose checkpoint is damaged";
  }
}

function parse(bytes: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new Error(`${name} is damaged: it is not JSON. Start a new run.`, {cause});
  }
}

/** Writes the trained model as the site ships it; returns the names of the files. */
export async function writeModel(
  folder: string,
  snapshot: Snapshot,
  validationLoss: number
): Promise<string[]> {
  const files = modelFolder({
    config: snapshot.modelConfig,
    parameters: snapshot.parameters,
    tokenizer: snapshot.corpus.tokenizer,
    run: {...runRecord(snapshot), validationLoss}
  });
  await writeFiles(folder, files);
  return Object.keys(files);
}

/** Each file is written beside its place and then moved there, so that an interruption leaves the old one whole. */
async function writeFiles(folder: string, files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), {recursive: true});
    await writeFile(`${path}.part`, content);
    await rename(`${path}.part`, path);
  }
}
