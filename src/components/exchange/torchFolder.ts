import {documentStarts} from "../corpus/documents.js";
import type {Corpus} from "../corpus/meta.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import type {Snapshot} from "../training/snapshot.js";
import {CHECKPOINT_FILE, checkpointParts} from "./checkpoint.js";
import {huggingFaceFolder} from "./huggingFace/huggingFaceFolder.js";
import {NANOGPT_DATA, nanoGptData} from "./nanoGpt/nanoGptCorpus.js";
import {toOnnx} from "./onnx/onnx.js";
import {runRecord} from "./runRecord.js";
import type {ZipFile} from "./zip/zipWriter.js";

/** Where the text of a run lies in its folder. */
export const CORPUS_FOLDER = "corpus";

/**
 * A run's folder as PyTorch goes on from it, without the programs: the checkpoint, which the site's trainer goes on from
 * too; the text as nanoGPT's loader reads it; and the model as Hugging Face's classes open it.
 */
export function torchFolder(snapshot: Snapshot, corpus: Corpus): ZipFile[] {
  const {modelConfig: config, parameters} = snapshot;
  const {tokenizer} = corpus.meta;
  const run = runRecord(snapshot);
  const onnx = toOnnx({config, parameters, metadata: {tokenizer, run}});
  return [
    {name: CHECKPOINT_FILE, content: checkpointParts(snapshot)},
    ...corpusFiles(snapshot, corpus),
    ...huggingFaceFolder({config, parameters, tokenizer, run, onnx})
  ];
}

function corpusFiles({trainConfig}: Snapshot, corpus: Corpus): ZipFile[] {
  const file = (name: string, content: ZipFile["content"]) => ({name: `${CORPUS_FOLDER}/${name}`, content});
  const {train, val, meta} = nanoGptData(corpus);
  const parts = {
    [NANOGPT_DATA.train]: train,
    [NANOGPT_DATA.val]: val,
    ...(meta && {[NANOGPT_DATA.meta]: meta})
  };
  return [
    file("meta.json", JSON.stringify(corpus.meta)),
    ...Object.entries(parts).map(([name, bytes]) => file(name, [bytes as Uint8Array<ArrayBuffer>])),
    // Blank lines are found in the tokens' texts, which PyTorch's side does not know.
    ...(trainConfig.batching === "documents"
      ? [file("documents.json", JSON.stringify(documents(corpus)))]
      : [])
  ];
}

/** Where each document of either part begins, and the token that fills rows up. */
function documents({train, val, meta}: Corpus) {
  const tokenizer = readTokenizer(meta.tokenizer);
  return {
    train: [...documentStarts(train, tokenizer)],
    val: [...documentStarts(val, tokenizer)],
    paddingId: tokenizer.paddingId ?? 0
  };
}
