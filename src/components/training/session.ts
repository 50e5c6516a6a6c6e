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
import {Trainer} from "./trainer.js";
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
}

/** The training worker's side of the protocol: one run at a time, commands in the order they come. */
export class TrainingSession {
  private run: Run | null = null;
  private loop: AbortController | null = null;
  private queue: Promise<void> = Promise.resolve();
  private exportRequested = false;
  private saveFailed = false;
  private sample = {due: 0, seed: 1};
  private speed: {time: number; step: number}[] = [];
  private unreported: HistoryPoint[] = [];
  private lastReport = -Infinity;

  constructor(private readonly place: SessionPlace) {}

  /** Carries out a command; resolves when it is done. Never rejects: what goes wrong is reported. */
  handle(command: Command): Promise<void> {
    if (command.type === "pause") {
      this.loop?.abort();
      return this.queue;
    }
    if (command.type === "export" && this.loop) {
      this.exportRequested = true; // done between two steps
      return this.queue;
    }
    this.queue = this.queue.then(async () => {
      try {
        await this.carryOut(command);
      } catch (error) {
        await this.recover(error);
      }
    });
    return this.queue;
  }

  private async carryOut(command: Exclude<Command, {type: "pause"}>): Promise<void> {
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
          await this.tryToSave((store) => store.begin(snapshot, corpus.train, corpus.val));
          return {snapshot, corpus};
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
          return {snapshot, corpus: {meta: snapshot.corpus, train: tokens.train, val: tokens.val}};
        });
        return;
      }
      case "run":
        return this.train(command.steps);
      case "export":
        return this.export();
    }
  }

  /** Starts a backend and a trainer; what was open before is closed first. */
  private async prepare(
    backend: BackendName | "auto",
    load: () => Promise<{snapshot: Snapshot; corpus: Corpus}>
  ): Promise<void> {
    this.state("preparing");
    if (!(await this.place.claim()))
      throw new Error("Another tab of this site is training: pause it and close it, or use that one.");
    this.run?.trainer.dispose();
    this.run = null;
    const {snapshot, corpus} = await load();
    this.say("Starting the fastest engine this machine has …");
    const choice = await this.place.chooseBackend(backend);
    this.place.onDeviceFailure((message) => {
      this.loop?.abort();
      this.place.post({
        type: "problem",
        message: `The GPU failed (${message}). Reload the page to continue from the last saved step, or choose another engine.`,
        fatal: true
      });
    });
    const trainer = new Trainer(snapshot, corpus, choice.adapter);
    this.run = {trainer, tokenizer: readTokenizer(corpus.meta.tokenizer), corpus};
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

  private async train(steps?: number): Promise<void> {
    const {trainer} = this.opened();
    this.loop = new AbortController();
    this.speed = [];
    this.state("running");
    try {
      const end = await trainingLoop(trainer, {
        signal: this.loop.signal,
        ...(steps === undefined ? {} : {until: trainer.step + steps}),
        onStep: ({step, loss, gradientNorm}) => this.progress(step, loss, gradientNorm),
        onEvaluation: (step, validationLoss) => this.place.post({type: "evaluated", step, validationLoss}),
        save: () => this.save(),
        saveInterval: SAVE_INTERVAL,
        yieldToOthers: () => this.betweenSteps(),
        now: this.place.now
      });
      if (end === "complete") await this.drawSample();
      this.state(end);
    } finally {
      this.loop = null;
    }
  }

  private async betweenSteps(): Promise<void> {
    await this.place.yieldToOthers();
    if (this.exportRequested) {
      this.exportRequested = false;
      await this.export();
    }
    if (this.place.now() >= this.sample.due) await this.drawSample();
  }

  private progress(step: number, loss: number, gradientNorm: number): void {
    const {trainer} = this.opened();
    const {steps, batchSize} = trainer.trainConfig;
    const now = this.place.now();
    this.unreported.push({step, trainLoss: loss, validationLoss: null});
    this.speed.push({time: now, step});
    if (this.speed.length > 50) this.speed.shift();
    if (now - this.lastReport < REPORT_INTERVAL && step < steps && !this.loop?.signal.aborted) return;
    this.lastReport = now;
    const first = this.speed[0]!;
    const stepsPerSecond = (1000 * (step - first.step)) / Math.max(1, now - first.time);
    this.place.post({
      type: "progress",
      step,
      loss,
      gradientNorm,
      tokensPerSecond: stepsPerSecond * batchSize * trainer.config.blockSize,
      secondsLeft: (steps - step) / stepsPerSecond,
      history: this.unreported.splice(0)
    });
  }

  private async drawSample(): Promise<void> {
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
      if (this.loop?.signal.aborted) break;
    }
    if (ids.length === SAMPLE_TOKENS)
      this.place.post({type: "sample", step, text: tokenizer.decode([...prompt, ...ids])});
    const cost = this.place.now() - start;
    this.sample.due = this.place.now() + Math.max(SAMPLE_INTERVAL, cost / SAMPLE_SHARE);
  }

  private async export(): Promise<void> {
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
    const {trainer} = this.opened();
    const snapshot = await trainer.snapshot();
    if (await this.tryToSave((store) => store.save(snapshot)))
      this.place.post({type: "saved", step: snapshot.step});
  }

  /** A failure to store is told once and does not stop the training. */
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
    this.problem(error, false);
    if (error instanceof BadLossError) {
      this.run?.trainer.dispose();
      this.run = null;
    }
    const {run} = this;
    if (!run) return this.state("idle");
    this.state(run.trainer.step >= run.trainer.trainConfig.steps ? "complete" : "paused");
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
