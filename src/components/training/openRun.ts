import * as tf from "@tensorflow/tfjs-core";
import type {Corpus} from "../corpus/meta.js";
import type {ParityOptions} from "../evaluation/parityRecord.js";
import {writeRunFile} from "../exchange/runFile.js";
import {kernelsOn} from "../ops/wasm/kernels.js";
import type {Tokenizer} from "../text/tokenizer.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import {tokenTexts} from "../text/tokenTexts.js";
import type {BackendChoice} from "../webgpu/chooseBackend.js";
import {bestLoss} from "./earlyStopping.js";
import {exportRun} from "./exportRun.js";
import {LiveSample} from "./liveSample.js";
import type {ExportedModel, Report, RunFacts} from "./protocol.js";
import type {Snapshot} from "./snapshot.js";
import {Trainer} from "./trainer.js";

/** Tokens whose attention is shown: as many as a figure has room for. */
const TRACED = 32;

type ReportOf<Type extends Report["type"]> = Extract<Report, {type: Type}>;

/** A run on the engine that computes it: its trainer, and what the trainer's state is made into. */
export class OpenRun {
  readonly trainer: Trainer;
  readonly sample: LiveSample;
  facts: RunFacts;
  /** Set when the engine fails: nothing that it gives from then on may be kept. */
  hasFailed = false;
  private readonly tokenizer: Tokenizer;

  /** `begun` is the state to go on from, `backend` the engine in use, and `now` a clock in milliseconds. */
  constructor(
    readonly begun: Snapshot,
    readonly corpus: Corpus,
    readonly backend: BackendChoice,
    now: () => number
  ) {
    this.trainer = new Trainer(begun, corpus, backend.adapter);
    this.tokenizer = readTokenizer(corpus.meta.tokenizer);
    this.sample = new LiveSample(this.trainer, this.tokenizer, corpus.val.subarray(0, 1), now);
    const {runId, modelConfig, trainConfig, begunFrom} = begun;
    const hasOwnKernels = backend.name === "wasm" && kernelsOn(tf.backend()) !== null;
    this.facts = {
      runId,
      modelConfig,
      trainConfig,
      corpus: corpus.meta,
      ...(begunFrom && {begunFrom}),
      backend,
      hasOwnKernels,
      capture: null
    };
  }

  /** Makes the engine ready for the first step and the first sample; `say` hears what it is at, for people. */
  async prepare(say: (message: string) => void): Promise<void> {
    await this.trainer.prepare((done, total) => say(`Compiling kernels: ${done} of ${total} …`));
    await this.sample.prepare(() => say("Compiling what writes samples …"));
    const {dispatches, uncaptured, unmixed} = this.trainer;
    if (unmixed !== null) this.facts = {...this.facts, unmixed};
    if (uncaptured !== null) this.facts = {...this.facts, capture: {reason: uncaptured}};
    else if (dispatches !== null) this.facts = {...this.facts, capture: {dispatches}};
  }

  /** "complete", or "paused" where there are steps to do. */
  get restingState(): "complete" | "paused" {
    return this.trainer.isComplete ? "complete" : "paused";
  }

  /** Whether the last estimate of the validation loss is the lowest, after a first step. */
  get isAtBest(): boolean {
    // Before the first step there is nothing that a new run would not give.
    return this.trainer.step > 0 && bestLoss(this.trainer.history)?.step === this.trainer.step;
  }

  /** The state of this moment. Rejects where the engine has failed. */
  async snapshot(): Promise<Snapshot> {
    const snapshot = await this.trainer.snapshot();
    this.check();
    return snapshot;
  }

  /** The state of this moment, the text and what the reader has written about the run, as one file. */
  async file(notes: string): Promise<ReportOf<"file">> {
    const snapshot = await this.snapshot();
    const noted = {...snapshot, ...(notes && {notes})};
    return {type: "file", file: writeRunFile(noted, this.corpus), step: snapshot.step};
  }

  /** What the heads of the model attend to in the end of the text that it wrote last; null where there is none. */
  async attention(): Promise<ReportOf<"attention"> | null> {
    const {blockSize} = this.begun.modelConfig;
    const ids = this.sample.ids?.slice(-Math.min(blockSize, TRACED));
    if (!ids) return null;
    const {step} = this.trainer;
    const {attention: weights} = await this.trainer.trace(ids, {attention: true});
    this.check();
    return weights && {type: "attention", step, tokens: tokenTexts(ids, this.tokenizer), weights};
  }

  /** The model of this moment as an ONNX file. Rejects where the engine has failed, and with the signal's reason. */
  async exported(options: ParityOptions & {notes: string}): Promise<Omit<ExportedModel, "isStored">> {
    const model = await exportRun(this.trainer, this.tokenizer, this.corpus, options);
    this.check();
    return model;
  }

  dispose(): void {
    this.sample.dispose();
    this.trainer.dispose();
  }

  private check(): void {
    if (this.hasFailed) throw new Error("The GPU failed, so the model could not be read.");
  }
}
