import * as tf from "@tensorflow/tfjs-core";
import type {Corpus} from "../corpus/meta.js";
import {messageOf} from "../errorMessage.js";
import type {ModelConfig} from "../model/config.js";
import {kernelsOn} from "../ops/wasm/kernels.js";
import type {Tokenizer} from "../text/tokenizer.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import type {BackendName} from "../webgpu/backends.js";
import type {BackendChoice} from "../webgpu/chooseBackend.js";
import type {DeviceLimits} from "../webgpu/deviceLimits.js";
import {exportRun} from "./exportRun.js";
import {LiveSample} from "./liveSample.js";
import type {LoadingHooks} from "./loadCorpus.js";
import {trainingLoop} from "./loop.js";
import {newRun} from "./newRun.js";
import {ProgressMeter} from "./progressMeter.js";
import type {Command, Report, RunSource} from "./protocol.js";
import {ReadingMeter} from "./readingMeter.js";
import type {Snapshot} from "./snapshot.js";
import type {RunStore} from "./store.js";
import {Trainer} from "./trainer.js";

/** What a session needs of the place it runs in; injected so that it can be tested without a browser. */
export interface SessionPlace {
  post(report: Report, transfer?: Transferable[]): void;
  store(): Promise<RunStore>;
  chooseBackend(wanted: BackendName | "auto"): Promise<BackendChoice>;
  /** Of the backend that was chosen last. */
  deviceLimits(): DeviceLimits;
  onDeviceFailure(callback: (message: string) => void): void;
  loadCorpus(source: RunSource, blockSize: number, hooks: LoadingHooks): Promise<Corpus>;
  /** Claims the right to train for this tab; false when another tab has it. */
  claim(): Promise<boolean>;
  yieldToOthers(): Promise<void>;
  now(): number;
}

/** ms; with the step and the save in progress, a run loses at most ten seconds when its page goes away. */
const SAVE_INTERVAL = 8_000;

interface Run {
  trainer: Trainer;
  tokenizer: Tokenizer;
  corpus: Corpus;
  sample: LiveSample;
  backend: BackendChoice;
  /** Whether the store has this run and its text. */
  isStored: boolean;
}

/** The training worker's side of the protocol: one run at a time, commands in the order they come. */
export class TrainingSession {
  private run: Run | null = null;
  /** What the next pause ends: the run or preparation that is going on, and those that wait for their turn. */
  private unpaused = new AbortController();
  private isTraining = false;
  private queue: Promise<void> = Promise.resolve();
  private exportRequested = false;
  /** What the open run computes on; a new object for each preparation. */
  private device = {hasFailed: false};
  private saveFailed = false;

  constructor(private readonly place: SessionPlace) {}

  /** Carries out a command; resolves when it is done. Never rejects: what goes wrong is reported. */
  handle(command: Command): Promise<void> {
    if (command.type === "pause") {
      this.pause();
      return this.queue;
    }
    if (command.type === "export" && this.isTraining) {
      this.exportRequested = true; // done between two steps, or after the last
      return this.queue;
    }
    const {signal} = this.unpaused;
    this.queue = this.queue.then(async () => {
      try {
        await this.carryOut(command, signal);
      } catch (error) {
        await this.recover(error === signal.reason ? null : error);
      }
    });
    return this.queue;
  }

  private pause(): void {
    this.unpaused.abort();
    this.unpaused = new AbortController();
  }

  private async carryOut(command: Exclude<Command, {type: "pause"}>, signal: AbortSignal): Promise<void> {
    switch (command.type) {
      case "begin": {
        await this.prepare(command.backend, signal, async () => {
          const corpus = await this.place.loadCorpus(
            command.corpus,
            command.modelConfig.blockSize,
            this.loadingHooks(signal)
          );
          const modelConfig: ModelConfig = {
            ...command.modelConfig,
            vocabSize: readTokenizer(corpus.meta.tokenizer).vocabulary.length
          };
          return {
            begin: (limits) => newRun(modelConfig, command.trainConfig, corpus.meta, limits),
            corpus,
            isNew: true
          };
        });
        return;
      }
      case "open": {
        await this.prepare(command.backend, signal, async () => {
          this.say("Reading the stored run …");
          const store = await this.place.store();
          const [snapshot, tokens] = await Promise.all([store.snapshot(), store.tokens()]);
          if (!snapshot || tokens?.runId !== snapshot.runId)
            throw new Error("This browser has no stored run to continue: start a new one.");
          const corpus = {meta: snapshot.corpus, train: tokens.train, val: tokens.val};
          return {begin: () => snapshot, corpus, isNew: false};
        });
        return;
      }
      case "run":
        return this.train(command.steps, signal);
      case "export":
        return this.export();
    }
  }

  private loadingHooks(signal: AbortSignal): LoadingHooks {
    const meter = new ReadingMeter(() => this.place.now());
    return {
      signal,
      say: (message) => this.say(message),
      remark: (message) => this.place.post({type: "remark", message}),
      onCleaned: (removed) => this.place.post({type: "cleaned", removed}),
      onReading: (progress) => {
        const reading = meter.record(progress);
        if (reading) this.place.post({type: "reading", ...reading});
      }
    };
  }

  /**
   * Starts a backend and a trainer. What was open, or stored, is replaced only when both have started; until then
   * the signal ends it.
   */
  private async prepare(
    backend: BackendName | "auto",
    signal: AbortSignal,
    load: () => Promise<{begin: (limits: DeviceLimits) => Snapshot; corpus: Corpus; isNew: boolean}>
  ): Promise<void> {
    this.state("preparing");
    if (!(await this.place.claim()))
      throw new Error("Another tab of this site is training: pause it and close it, or use that one.");
    const {begin, corpus, isNew} = await load();
    signal.throwIfAborted();
    this.say(backend === "auto" ? "Starting the fastest engine this machine has …" : "Starting the engine …");
    const choice = await this.place.chooseBackend(backend);
    signal.throwIfAborted();
    const snapshot = begin(this.place.deviceLimits());
    const trainer = new Trainer(snapshot, corpus, choice.adapter);
    this.close();
    this.watchDevice();
    const isStored =
      !isNew || (await this.tryToSave((store) => store.begin(snapshot, corpus.train, corpus.val)));
    const tokenizer = readTokenizer(corpus.meta.tokenizer);
    const sample = new LiveSample(trainer, tokenizer, corpus.val.subarray(0, 1), () => this.place.now());
    this.run = {trainer, tokenizer, corpus, sample, backend: choice, isStored};
    this.place.post({
      type: "opened",
      run: {
        runId: snapshot.runId,
        modelConfig: snapshot.modelConfig,
        trainConfig: snapshot.trainConfig,
        corpus: corpus.meta,
        backend: choice,
        hasOwnKernels: choice.name === "wasm" && kernelsOn(tf.backend()) !== null
      },
      history: snapshot.history,
      step: snapshot.step,
      isStored
    });
    this.state(trainer.isComplete ? "complete" : "paused");
  }

  /** When the device fails, what is on it is lost, and nothing that it still gives may be stored. */
  private watchDevice(): void {
    const device = {hasFailed: false};
    this.device = device;
    this.place.onDeviceFailure((message) => {
      if (device.hasFailed || this.device !== device) return;
      device.hasFailed = true;
      this.pause();
      this.place.post({
        type: "problem",
        message: `The GPU failed (${message}). Reload the page to continue from the last saved step, or choose another engine.`,
        fatal: true
      });
      this.queue = this.queue.then(() => {
        if (this.device !== device) return;
        this.close();
        this.state("idle");
      });
    });
  }

  private async train(steps: number | undefined, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const {trainer} = this.opened();
    const meter = new ProgressMeter(trainer, () => this.place.now());
    const tell = () => {
      const progress = meter.tell();
      if (progress) this.place.post(progress);
    };
    this.isTraining = true;
    this.saveFailed = false; // a failure to store is told again to whoever starts again
    this.state("running");
    try {
      const end = await trainingLoop(trainer, {
        signal,
        ...(steps === undefined ? {} : {until: trainer.step + steps}),
        onStep: (report) => {
          if (meter.record(report)) tell();
        },
        onMeasuring: (done, total) => this.place.post({type: "measuring", done, total}),
        onEvaluation: (step, validationLoss) => {
          tell();
          this.place.post({type: "evaluated", step, validationLoss});
        },
        save: async () => void (await this.save()),
        saveInterval: SAVE_INTERVAL,
        yieldToOthers: () => this.place.yieldToOthers(),
        atRest: {
          isDue: () => this.exportRequested || this.opened().sample.isDue,
          run: () => this.betweenSteps(signal)
        },
        now: () => this.place.now()
      });
      tell();
      if (end === "complete") await this.drawSample(signal);
      if (this.exportRequested) await this.export();
      this.state(end);
    } catch (error) {
      // A step that broke off may have changed some parameters and not others: only what is stored is whole.
      if (!this.device.hasFailed) this.close();
      throw error;
    } finally {
      this.isTraining = false;
      this.exportRequested = false;
    }
  }

  private async betweenSteps(signal: AbortSignal): Promise<void> {
    if (this.exportRequested) await this.export();
    if (this.opened().sample.isDue) await this.drawSample(signal);
  }

  private async drawSample(signal: AbortSignal): Promise<void> {
    const sample = await this.opened().sample.draw(signal, () => this.place.yieldToOthers());
    if (sample) this.place.post(sample);
  }

  private async export(): Promise<void> {
    this.exportRequested = false;
    const {trainer, tokenizer, corpus} = this.opened();
    const model = await exportRun(trainer, tokenizer, corpus);
    if (this.device.hasFailed) throw new Error("The GPU failed, so the model could not be read.");
    // So that the other pages answer with this very model.
    const isStored = await this.save();
    this.place.post({type: "exported", model: {...model, isStored}}, [model.onnx.buffer as ArrayBuffer]);
  }

  private async save(): Promise<boolean> {
    const {trainer, corpus, isStored} = this.opened();
    const snapshot = await trainer.snapshot();
    if (this.device.hasFailed) return false;
    const saved = await this.tryToSave(async (store) => {
      if (!(isStored && (await store.save(snapshot)))) await store.begin(snapshot, corpus.train, corpus.val);
    });
    if (!saved) return false;
    this.opened().isStored = true;
    this.place.post({type: "saved", step: snapshot.step});
    return true;
  }

  /** A failure to store is told once a run or continuation, and does not stop the training. */
  private async tryToSave(write: (store: RunStore) => Promise<void>): Promise<boolean> {
    try {
      await write(await this.place.store());
      this.saveFailed = false;
      return true;
    } catch (error) {
      if (!this.saveFailed) this.problem(error, false);
      this.saveFailed = true;
      return false;
    }
  }

  /** After a failure, or without one where the reader has stopped it, the session has the run that it had before, on the same engine, or none. */
  private async recover(error: unknown): Promise<void> {
    if (this.device.hasFailed) return; // told already, and the run is about to be closed
    if (error !== null) this.problem(error, false);
    if (this.run) await this.place.chooseBackend(this.run.backend.name).catch(() => this.close());
    const {run} = this;
    if (!run) return this.state("idle");
    this.state(run.trainer.isComplete ? "complete" : "paused");
  }

  private close(): void {
    this.run?.trainer.dispose();
    this.run = null;
    this.device = {hasFailed: false};
  }

  private opened(): Run {
    if (!this.run) throw new Error("No run is open: start one, or continue the stored one.");
    return this.run;
  }

  private problem(error: unknown, fatal: boolean): void {
    this.place.post({
      type: "problem",
      message: messageOf(error),
      fatal
    });
  }

  private say(message: string): void {
    this.place.post({type: "preparing", message});
  }

  private state(state: Extract<Report, {type: "state"}>["state"]): void {
    this.place.post({type: "state", state});
  }
}
