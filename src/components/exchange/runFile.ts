import type {Corpus} from "../corpus/meta.js";
import {readCorpus} from "../corpus/readCorpus.js";
import {tokensToBytes} from "../corpus/tokenBytes.js";
import {messageOf} from "../errorMessage.js";
import type {Snapshot} from "../training/snapshot.js";
import {checkpointParts, readCheckpointFile} from "./checkpoint.js";
import {FormatError} from "./formatError.js";
import {checkFinite} from "./parameterCheck.js";

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

/** The same from a file or its like, which is refused by its size before it is read. */
export async function openRunFile(file: Blob): Promise<RunFile> {
  if (file.size > LARGEST_RUN_FILE)
    throw new FormatError(
      `The file has ${inMegabytes(file.size)}; at most ${inMegabytes(LARGEST_RUN_FILE)} can be opened here. Continue it with npm run train -- --resume FILE.`
    );
  return readRunFile(new Uint8Array(await file.arrayBuffer()));
}

const inMegabytes = (bytes: number): string =>
  `${(bytes / 1e6).toLocaleString("en", {maximumFractionDigits: 0})} MB`;
