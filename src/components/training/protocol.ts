import type {Removal} from "../corpus/cleanBookRemoval.js";
import type {CorpusMeta} from "../corpus/meta.js";
import type {ParityRecord} from "../evaluation/parityRecord.js";
import type {ModelConfig} from "../model/config.js";
import type {TokenizerChoice} from "../text/tokenizerChoice.js";
import type {BackendChoice} from "../webgpu/chooseBackend.js";
import type {WantedBackend} from "../webgpu/wantedBackend.js";
import type {TrainConfig} from "./config.js";
import type {CheckpointFacts, CheckpointKey} from "./keptCheckpoints.js";
import type {BegunFrom, HistoryPoint} from "./snapshot.js";
import type {StorageUse} from "./storageUse.js";

/**
 * Where the worker gets its text, and how it cuts it: with the site's own tokenizer, or by character where the text
 * is the reader's, unless told otherwise.
 */
export type CorpusSource =
  | {kind: "built"; metaUrl: string; trainUrl: string; valUrl: string; tokenizer?: TokenizerChoice}
  | {
      kind: "text";
      name: string;
      text: string;
      /** Whether to clean the text as a book first. */
      isBook?: boolean;
      tokenizer?: TokenizerChoice;
    };

/** A UTF-8 text that is read piece by piece and never held whole, unless it is to be cleaned as a book. */
export interface FileSource {
  kind: "file";
  name: string;
  file: Blob;
  isBook?: boolean;
  tokenizer?: TokenizerChoice;
}

/** What a run learns from: unlike an experiment, a file too, which has no form as text to be compared by. */
export type RunSource = CorpusSource | FileSource;

/** A model that a run is to begin at: an ONNX file of ours, and where it was opened from, for people. */
export interface GivenModelFile {
  name: string;
  file: Blob;
}

/** What a page asks of the training worker. */
export type Command =
  | {
      type: "begin";
      corpus: RunSource;
      modelConfig: Omit<ModelConfig, "vocabSize">;
      trainConfig: TrainConfig;
      backend: WantedBackend;
      /** The model whose parameters, shape and tokenizer the run begins with instead of random parameters. */
      from?: GivenModelFile;
    }
  /** Loads the stored run and waits. */
  | {type: "open"; backend: WantedBackend}
  /** Trains on, for `steps` updates or to the end of the run. */
  | {type: "run"; steps?: number}
  /** Ends training after the step in hand, and gives up a preparation that has not replaced the open run yet. */
  | {type: "pause"}
  /** Makes an ONNX file of the parameters of this moment, and the trainer's own answers to check it against. */
  | {type: "export"}
  /** Gives up the export that is being made. */
  | {type: "stopExport"}
  /** Keeps the state of this moment as a checkpoint. */
  | {type: "keep"}
  /** Goes back to a checkpoint and waits; the present state is kept as one first. */
  | {type: "restore"; checkpoint: CheckpointKey; backend: WantedBackend}
  /** Opens the run in a file and waits; it takes the stored run's place. */
  | {type: "openFile"; file: Blob; backend: WantedBackend}
  /** Makes one file of the run at this moment and its text. */
  | {type: "download"}
  /** Reads the end of the text that was written last, and tells what each head attends to. */
  | {type: "attention"}
  /** The page has deleted something from storage. */
  | {type: "freed"};

export type TrainingState = "idle" | "preparing" | "paused" | "running" | "complete";

export interface RunFacts {
  runId: string;
  modelConfig: ModelConfig;
  trainConfig: TrainConfig;
  corpus: CorpusMeta;
  /** As in `Snapshot`. */
  begunFrom?: BegunFrom;
  backend: BackendChoice;
  /** Whether matrix products and AdamW run on WebAssembly of our own. */
  hasOwnKernels: boolean;
  /** On WebGPU: the kernels that a captured step runs, or why it is not captured; null on other engines. */
  capture: {dispatches: number} | {reason: string} | null;
  /** Why a run in mixed precision is computed in float32 here. */
  unmixed?: string;
}

export interface ExportedModel {
  onnx: Uint8Array;
  step: number;
  /** Whether the stored run, which the site's other pages use, is at this very step. */
  isStored: boolean;
  /** What the trainer says on the validation text. */
  reference: ParityRecord;
}

/** How far one of the readings of a text has come. */
export interface Reading {
  /** To find its tokens in the cache, to learn its length and vocabulary, or to cut it into tokens. */
  purpose: "recognise" | "learn" | "cut";
  /** Bytes of the file, so far and in all. */
  bytes: number;
  total: number;
  /** Of this reading; null until its speed is known. */
  bytesPerSecond: number | null;
  secondsLeft: number | null;
}

/** What the training worker tells its page. */
export type Report =
  | {type: "state"; state: TrainingState}
  /** A sentence on what is being prepared, while `state` is "preparing". */
  | {type: "preparing"; message: string}
  /** A large text is being read, while `state` is "preparing". */
  | ({type: "reading"} & Reading)
  /** Something to know of the corpus that is no failure: where its tokens came from, or why they are not kept. */
  | {type: "remark"; message: string}
  /** The reader's text has been cleaned as a book: what was taken out. */
  | {type: "cleaned"; removed: Removal[]}
  | {
      type: "opened";
      run: RunFacts;
      history: HistoryPoint[];
      step: number;
      /** Whether this step is safe in storage. */
      isStored: boolean;
    }
  | {
      type: "progress";
      step: number;
      loss: number;
      /** null where the update was left out; see `StepReport`. */
      gradientNorm: number | null;
      /** null until two steps have been timed. */
      tokensPerSecond: number | null;
      secondsLeft: number | null;
      /** Points since the last report. */
      history: HistoryPoint[];
    }
  /** The validation loss is being estimated. */
  | {type: "measuring"; done: number; total: number}
  | {type: "evaluated"; step: number; validationLoss: number}
  /** A text by the model as it was after step `begunAt`, at its first token, to `step`, at its last so far. */
  | {type: "sample"; begunAt: number; step: number; text: string; isWhole: boolean}
  /** Weights [L, H, T, T] of the T last tokens of a text, after `step` updates, as a `Trace` has them. */
  | {type: "attention"; step: number; tokens: string[]; weights: Float32Array}
  | {type: "saved"; step: number}
  /** What an export is checked against is being computed: how many tokens of how many. */
  | {type: "exporting"; done: number; total: number}
  | {type: "exported"; model: ExportedModel}
  | {type: "exportStopped"}
  /** What checkpoints are kept now. */
  | {type: "checkpoints"; checkpoints: CheckpointFacts[]; use: StorageUse}
  /** The run at this step, as one file. */
  | {type: "file"; file: Blob; step: number}
  /** Something went wrong; `fatal` when the worker cannot go on. */
  | {type: "problem"; message: string; fatal: boolean};
