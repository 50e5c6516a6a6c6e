import type {Corpus} from "../corpus/meta.js";
import {readCorpus} from "../corpus/readCorpus.js";
import {tokensToBytes} from "../corpus/tokenBytes.js";
import {messageOf} from "../errorMessage.js";
import type {Snapshot} from "../training/snapshot.js";
import {checkpointParts, readCheckpointFile, SNAPSHOT_KEY} from "./checkpoint.js";
import {FormatError} from "./formatError.js";
import {checkFinite} from "./parameterCheck.js";
import {openSafetensors} from "./safetensors/safetensorsFile.js";
import {isZip} from "./zip/zipReader.js";

/** The tokens that a run learns from and is measured on. */
export type RunTokens = Pick<Corpus, "train" | "val">;

export interface RunFile {
  snapshot: Snapshot;
  /** Null in a checkpoint that holds no tokens, as `npm run train` writes them. */
  corpus: Corpus | null;
}

/** The lists that hold the tokens. */
const TOKENS = {train: "corpus.train", val: "corpus.val"} as const;
/** The key in the metadata for the hash of the text that the tokens are of. */
const TEXT = "glassformer.tokens";

/** Bytes of the largest file that is opened: it is held whole, and its arrays once more. */
export const LARGEST_RUN_FILE = 1_000_000_000;

/** A run and its text as one file, which goes on anywhere: a checkpoint with the tokens in it. */
export const writeRunFile = (snapshot: Snapshot, {train, val}: RunTokens): Blob =>
  new Blob(
    checkpointParts(snapshot, {
      lists: new Map([
        [TOKENS.train, train],
        [TOKENS.val, val]
      ]),
      metadata: {[TEXT]: snapshot.corpus.sha256}
    }),
    {type: "application/octet-stream"}
  );

/**
 * Reads what `writeRunFile` or `writeCheckpoint` wrote. Throws FormatError, with a sentence for people, where the file is
 * damaged, from a newer version, something else, or where its tokens are not of its run's text.
 */
export function readRunFile(bytes: Uint8Array): RunFile {
  const {snapshot, lists, metadata} = readCheckpointFile(bytes);
  checkWhole(snapshot);
  const train = lists.get(TOKENS.train);
  const val = lists.get(TOKENS.val);
  if (!train && !val) return {snapshot, corpus: null};
  if (!train || !val) throw new FormatError("The file lacks a part of its text's tokens: it is damaged.");
  if (metadata[TEXT] !== snapshot.corpus.sha256)
    throw new FormatError(
      "The tokens in the file are of another text than the one that its run has learnt from: it cannot be continued. Use the file as it was downloaded."
    );
  try {
    const meta = snapshot.corpus;
    return {snapshot, corpus: readCorpus({meta, train: tokensToBytes(train), val: tokensToBytes(val)})};
  } catch (error) {
    throw new FormatError(messageOf(error));
  }
}

/** Throws FormatError where the model has other tokens than the text, and where a number is not finite. */
function checkWhole({modelConfig: {vocabSize}, corpus, ...state}: Snapshot): void {
  const tokens = Object.keys(corpus.tokenizer.model.vocab).length;
  if (tokens !== vocabSize)
    throw new FormatError(
      `The file's tokenizer has ${tokens.toLocaleString("en")} tokens, but its model ${vocabSize.toLocaleString("en")}: they do not belong together.`
    );
  try {
    for (const arrays of ["parameters", "firstMoments", "secondMoments"] as const) checkFinite(state[arrays]);
  } catch (error) {
    throw new FormatError(messageOf(error));
  }
}

/**
 * Why a file that was chosen as a run is none, in a sentence, where it rather holds a model, which is opened elsewhere;
 * null where it may be a run. Only the beginning of the file is read.
 */
export async function modelInstead(file: Blob): Promise<string | null> {
  if (await isZip(file)) return `This is a zip, and a run is one safetensors file. ${ELSEWHERE}`;
  const weights = await openSafetensors(file).catch(() => null);
  if (!weights || Object.hasOwn(weights.metadata, SNAPSHOT_KEY)) return null;
  return `These are a model’s weights without a run: there is neither an optimiser’s state nor a text to go on with. ${ELSEWHERE} Choose its tokenizer.json and config.json together with the weights there.`;
}

const ELSEWHERE =
  "A model is opened above, under “A new run”, “Begin from”, “Open a model from files”; a new run can then begin at it.";

/** The same as `readRunFile` from a file or its like, which is refused by its size before it is read. */
export async function openRunFile(file: Blob): Promise<RunFile> {
  const model = await modelInstead(file);
  if (model) throw new FormatError(model);
  if (file.size > LARGEST_RUN_FILE)
    throw new FormatError(
      `The file has ${inMegabytes(file.size)}; at most ${inMegabytes(LARGEST_RUN_FILE)} can be opened here. Continue it with npm run train -- --resume FILE.`
    );
  return readRunFile(new Uint8Array(await file.arrayBuffer()));
}

const inMegabytes = (bytes: number): string =>
  `${(bytes / 1e6).toLocaleString("en", {maximumFractionDigits: 0})} MB`;
