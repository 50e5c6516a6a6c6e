import type {Corpus} from "../corpus/meta.js";
import {toOnnx} from "../exchange/onnx.js";
import {runRecord} from "../exchange/runRecord.js";
import {generate} from "../generation/generate.js";
import type {ModelConfig} from "../model/config.js";
import type {Tokenizer} from "../text/tokenizer.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import type {BackendName} from "../webgpu/backends.js";
import type {BackendChoice} from "../webgpu/chooseBackend.js";
import {BadLossError} from "./badLoss.js";
import {trainingLoop} from "./loop.js";
import {newRun} from "./newRun.js";
import type {Command, CorpusSource, ExportedModel, Report} from "./protocol.js";
import type {HistoryPoint, Snapshot} from "./snapshot.js";
import type {RunStore} from "./store.js";
import {type StepReport, Trainer} from "./trainer.js";
import {trainerModel} from "./trainerModel.js";

/** What a session needs of the place it runs in; injected so that it can be tested without a browser. */
export interface SessionPlace {
  post(report: Report, transfer?: Transferable[]): void;
  store(): Promise<RunStore>;
  chooseBackend(wanted: BackendName | "auto"): Promise<BackendChoice>;
  onDeviceFailure(callback: (message: string) => void): void;
  loadCorpus(source: CorpusSource, blockSize: number): Promise<Corpus>;
  /** Claims the right to train for this tab; false when another tab has it. */
  claim(): Promise<boolean>;
  yieldToOthers(): Promise<void>;
  now(): number;
}

/** A run loses at most this much when its page goes away, ms. */
const SAVE_INTERVAL = 10_000;
/** Progress is told at most this often, ms. */
const REPORT_INTERVAL = 100;
/** A sample is drawn at most this often, ms, and may take at most this share of the time. */
const SAMPLE_INTERVAL = 10_000;
const SAMPLE_SHARE = 0.05;
const SAMPLE_TOKENS = 160;

interface Run {
  trainer: Trainer;
  tokenizer: Tokenizer;
  corpus: Corpus;
  /** Whether the store has this run and its text. */
  isStored: boolean;
}

/** The training worker's side of the protocol: one run at a time, commands in the order they come. */
export class TrainingSession {
  private run: Run | null = null;
  /** What the next pause ends: the run that is going on, and those that wait for their turn. */
  private unpaused = new AbortController();
  private isTraining = false;
  private queue: Promise<void> = Promise.resolve();
  private exportRequested = false;
  /** What the open run computes on; a new object for each preparation. */
  private device = {hasFailed: false};
  private saveFailed = false;
  private sample = {due: 0, seed: 1};
  private speed: {time: number; step: number}[] = [];
  private unreported: HistoryPoint[] = [];
  private latest: StepReport | null = null;
  private lastReport = -Infinity;

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
        await this.recover(error);
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
        await this.prepare(command.backend, async () => {
          this.say("Reading and tokenising the text …");
          const corpus = await this.place.loadCorpus(command.corpus, command.modelConfig.blockSize);
          const modelConfig: ModelConfig = {
            ...command.modelConfig,
            vocabSize: readTokenizer(corpus.meta.tokenizer).vocabulary.length
          };
          const snapshot = newRun(modelConfig, command.trainConfig, corpus.meta);
          const isStored = await this.tryToSave((store) => store.begin(snapshot, corpus.train, corpus.val));
          return {snapshot, corpus, isStored};
        });
        return;
      }
      case "open": {
        await this.prepare(command.backend, async () => {
          this.say("Reading the stored run …");
          const store = await this.place.store();
          const [snapshot, tokens] = await Promise.all([store.snapshot(), store.tokens()]);
          if (!snapshot || tokens?.runId !== snapshot.runId)
            throw new Error("This browser has no stored run to continue: start a new one.");
          const corpus = {meta: snapshot.corpus, train: tokens.train, val: tokens.val};
          return {snapshot, corpus, isStored: true};
        });
        return;
      }
      case "run":
        return this.train(command.steps, signal);
      case "export":
        return this.export();
    }
  }

  /** Starts a backend and a trainer; what was open before is closed first. */
  private async prepare(
    backend: BackendName | "auto",
    load: () => Promise<{snapshot: Snapshot; corpus: Corpus; isStored: boolean}>
  ): Promise<void> {
    this.state("preparing");
    if (!(await this.place.claim()))
      throw new Error("Another tab of this site is training: pause it and close it, or use that one.");
    this.close();
    const {snapshot, corpus, isStored} = await load();
    this.say("Starting the fastest engine this machine has …");
    const choice = await this.place.chooseBackend(backend);
    this.watchDevice();
    const trainer = new Trainer(snapshot, corpus, choice.adapter);
    this.run = {trainer, tokenizer: readTokenizer(corpus.meta.tokenizer), corpus, isStored};
    this.sample = {due: 0, seed: 1};
    this.place.post({
      type: "opened",
      run: {
        runId: snapshot.runId,
        modelConfig: snapshot.modelConfig,
        trainConfig: snapshot.trainConfig,
        corpus: corpus.meta,
        backend: choice
      },
      history: snapshot.history,
      step: snapshot.step
    });
    this.state(trainer.step >= trainer.trainConfig.steps ? "complete" : "paused");
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
    const {trainer} = this.opened();
    this.isTraining = true;
    this.speed = [];
    this.saveFailed = false; // a failure to store is told again to whoever starts again
    this.state("running");
    try {
      const end = await trainingLoop(trainer, {
        signal,
        ...(steps === undefined ? {} : {until: trainer.step + steps}),
        onStep: (report) => this.progress(report),
        onEvaluation: (step, validationLoss) => {
          this.tellProgress();
          this.place.post({type: "evaluated", step, validationLoss});
        },
        save: () => this.save(),
        saveInterval: SAVE_INTERVAL,
        yieldToOthers: () => this.betweenSteps(signal),
        now: () => this.place.now()
      });
      this.tellProgress();
      if (end === "complete") await this.drawSample(signal);
      if (this.exportRequested) await this.export();
      this.state(end);
    } finally {
      this.isTraining = false;
      this.exportRequested = false;
      this.unreported = [];
    }
  }

  private async betweenSteps(signal: AbortSignal): Promise<void> {
    await this.place.yieldToOthers();
    if (this.exportRequested) await this.export();
    if (this.place.now() >= this.sample.due) await this.drawSample(signal);
  }

  private progress(report: StepReport): void {
    const {step, loss} = report;
    const now = this.place.now();
    this.latest = report;
    this.unreported.push({step, trainLoss: loss, validationLoss: null});
    this.speed.push({time: now, step});
    if (this.speed.length > 50) this.speed.shift();
    if (now - this.lastReport >= REPORT_INTERVAL) this.tellProgress();
  }

  /** Tells of the steps that have not been told of yet. */
  private tellProgress(): void {
    if (!this.latest || this.unreported.length === 0) return;
    const {step, loss, gradientNorm} = this.latest;
    const {trainer} = this.opened();
    const {steps, batchSize} = trainer.trainConfig;
    const now = this.place.now();
    this.lastReport = now;
    const first = this.speed[0]!;
    const stepsPerSecond = (1000 * (step - first.step)) / Math.max(1, now - first.time);
    this.place.post({
      type: "progress",
      step,
      loss,
      gradientNorm,
      tokensPerSecond: stepsPerSecond * batchSize * trainer.config.blockSize,
      secondsLeft: step < steps ? (steps - step) / stepsPerSecond : 0,
      history: this.unreported.splice(0)
    });
  }

  private async drawSample(signal: AbortSignal): Promise<void> {
    const {trainer, tokenizer, corpus} = this.opened();
    const start = this.place.now();
    const prompt = corpus.val.subarray(0, 1);
    const ids: number[] = [];
    const tokens = generate(trainerModel(trainer, tokenizer), prompt, {
      options: {temperature: 0.8, topK: 0, topP: 1},
      seed: this.sample.seed++,
      steps: SAMPLE_TOKENS
    });
    const {step} = trainer;
    for await (const {id} of tokens) {
      ids.push(id);
      await this.place.yieldToOthers();
      if (signal.aborted) break;
    }
    if (ids.length === SAMPLE_TOKENS)
      this.place.post({type: "sample", step, text: tokenizer.decode([...prompt, ...ids])});
    const cost = this.place.now() - start;
    this.sample.due = this.place.now() + Math.max(SAMPLE_INTERVAL, cost / SAMPLE_SHARE);
  }

  private async export(): Promise<void> {
    this.exportRequested = false;
    const {trainer, tokenizer, corpus} = this.opened();
    const {config} = trainer;
    const snapshot = await trainer.snapshot();
    // The beginning, middle and end of the validation text, as long as the context allows.
    const length = Math.min(config.blockSize, corpus.val.length);
    const checks: ExportedModel["checks"] = [];
    for (const share of [0, 0.5, 1]) {
      const start = Math.floor(share * (corpus.val.length - length));
      const {ids, logits} = await trainer.trace(corpus.val.subarray(start, start + length));
      checks.push({ids, logits});
    }
    if (this.device.hasFailed) throw new Error("The GPU failed, so the model could not be read.");
    const onnx = toOnnx({
      config,
      parameters: snapshot.parameters,
      metadata: {tokenizer: tokenizer.toJSON(), run: runRecord(snapshot)}
    });
    this.place.post({type: "exported", model: {onnx, step: snapshot.step, checks}}, [
      onnx.buffer as ArrayBuffer
    ]);
  }

  private async save(): Promise<void> {
    const {trainer, corpus, isStored} = this.opened();
    const snapshot = await trainer.snapshot();
    if (this.device.hasFailed) return;
    const saved = await this.tryToSave((store) =>
      isStored ? store.save(snapshot) : store.begin(snapshot, corpus.train, corpus.val)
    );
    if (!saved) return;
    this.opened().isStored = true;
    this.place.post({type: "saved", step: snapshot.step});
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

  /** After a failure the session is as it was at the last saved step, or idle. */
  private async recover(error: unknown): Promise<void> {
    if (this.device.hasFailed) return; // told already, and the run is about to be closed
    this.problem(error, false);
    if (error instanceof BadLossError) this.close();
    const {run} = this;
    if (!run) return this.state("idle");
    this.state(run.trainer.step >= run.trainer.trainConfig.steps ? "complete" : "paused");
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
      message: error instanceof Error ? error.message : String(error),
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
