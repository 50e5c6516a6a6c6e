import * as tf from "@tensorflow/tfjs-core";
import type {Batch} from "../corpus/batches.js";
import type {Corpus} from "../corpus/meta.js";
import {messageOf} from "../errorMessage.js";
import {modelMismatch, textMismatch} from "../exchange/receipt.js";
import {generate} from "../generation/generate.js";
import {createRandom} from "../random.js";
import type {Tokenizer} from "../text/tokenizer.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import {BadLossError} from "../training/badLoss.js";
import {batchSource} from "../training/batchSource.js";
import type {GivenModel} from "../training/givenModel.js";
import {gradientCheck} from "../training/gradientCheck.js";
import {trainingLoop} from "../training/loop.js";
import {newRun} from "../training/newRun.js";
import type {RunSource} from "../training/protocol.js";
import {Trainer} from "../training/trainer.js";
import {trainerModel} from "../training/trainerModel.js";
import type {DeviceLimits} from "../webgpu/deviceLimits.js";
import type {WantedBackend} from "../webgpu/wantedBackend.js";
import type {ExperimentReport, ExperimentRequest, ExperimentSettings} from "./protocol.js";

/** What a laboratory needs of the place it runs in; injected so that it can be tested without a browser. */
export interface LaboratoryPlace {
  post(report: ExperimentReport): void;
  /** Starts an engine and says, for people, what it is. */
  startBackend(name: WantedBackend): Promise<string>;
  deviceLimits(): DeviceLimits;
  loadCorpus(source: RunSource, blockSize: number): Promise<Corpus>;
  yieldToOthers(): Promise<void>;
  now(): number;
}

/** The worker's side: one experiment at a time, each on the trainer that all runs use. */
export class Laboratory {
  private stopping = new AbortController();
  private previous: Promise<void> = Promise.resolve();
  /** The last corpus, for chapters repeat experiments on it. */
  private corpus: {key: string; corpus: Promise<Corpus>} | null = null;

  constructor(private readonly place: LaboratoryPlace) {}

  /** Carries out a request; never rejects: what goes wrong is reported. */
  handle(request: ExperimentRequest): Promise<void> {
    this.stopping.abort();
    if (request.type === "stop") return this.previous;
    const stopping = new AbortController();
    this.stopping = stopping;
    this.previous = this.previous.then(async () => {
      if (stopping.signal.aborted) return;
      try {
        await this.run(request.id, request.settings, stopping.signal);
      } catch (error) {
        const isDiverged = error instanceof BadLossError;
        this.place.post({id: request.id, type: "failed", message: messageOf(error), isDiverged});
      }
    });
    return this.previous;
  }

  private async run(id: number, settings: ExperimentSettings, signal: AbortSignal): Promise<void> {
    const {place} = this;
    const {replay} = settings;
    const model = replay?.begin ? await this.given(replay.begin) : null;
    const corpus = await this.load(settings, model);
    const mismatch = replay && textMismatch(replay.text, corpus.meta);
    if (mismatch) throw new Error(mismatch);
    const tokenizer = readTokenizer(corpus.meta.tokenizer);
    const adapter = await place.startBackend(settings.backend ?? "wasm");
    const config = {...settings.model, vocabSize: tokenizer.vocabulary.length};
    const snapshot = newRun(config, settings.train, corpus.meta, place.deviceLimits(), model ?? undefined);
    const tuning = replay?.tuning && {tuning: replay.tuning};
    const trainer = new Trainer({...snapshot, ...tuning}, corpus, adapter);
    try {
      const {name, sha256, counts, tokenizer: file} = corpus.meta;
      place.post({id, type: "started", config, adapter, tokenizer: file, text: {name, sha256, counts}});
      if (settings.gradientCheck)
        return await this.check(id, trainer, corpus, settings.gradientCheck, signal);
      if (replay) {
        await trainer.prepare((done, total) => place.post({id, type: "compiling", done, total}));
        await place.yieldToOthers();
      }
      const observer = new Observer(id, trainer, corpus, tokenizer, settings, place);
      await observer.observe(signal);
      const end = await trainingLoop(trainer, {
        signal,
        ...(replay && {until: replay.until}),
        onStep: ({step, loss, gradientNorm}) => place.post({id, type: "step", step, loss, gradientNorm}),
        onEvaluation: (step, validationLoss) => place.post({id, type: "evaluated", step, validationLoss}),
        atRest: {isDue: () => observer.isDue(), run: () => observer.observe(signal)},
        yieldToOthers: () => place.yieldToOthers(),
        now: () => place.now()
      });
      if (settings.parameters && end === "complete") await observer.sendParameters();
      const {step, unmixed} = trainer;
      const isComplete = end === "complete" || step === replay?.until;
      place.post({id, type: "ended", step, isComplete, ...(unmixed !== null && {unmixed})});
    } finally {
      trainer.dispose();
    }
  }

  private async check(
    id: number,
    trainer: Trainer,
    corpus: Corpus,
    asked: NonNullable<ExperimentSettings["gradientCheck"]>,
    signal: AbortSignal
  ): Promise<void> {
    const {place} = this;
    const batch = batchSource(corpus, trainer.config, trainer.trainConfig).sample(createRandom(1));
    const check = await gradientCheck(trainer.model, batch, {
      ...asked,
      loss: trainer.lossOptions(),
      signal,
      onRow: (row, done, total) => {
        place.post({id, type: "checking", row, done, total});
        return place.yieldToOthers();
      }
    });
    place.post({id, type: "checked", check});
    place.post({id, type: "ended", step: 0, isComplete: !signal.aborted});
  }

  /** The model that a replay is to begin at. Rejects with a sentence where it is another than the receipt's. */
  private async given({at, as}: NonNullable<NonNullable<ExperimentSettings["replay"]>["begin"]>) {
    // What reads models is fetched when there is one.
    const {readGivenModel} = await import("../training/givenModel.js");
    const model = await readGivenModel(at);
    const mismatch = modelMismatch(as, model.begunFrom);
    if (mismatch) throw new Error(`${mismatch} Open the receipt’s under “Begin from”, and try again.`);
    return model;
  }

  private load({corpus: source, model}: ExperimentSettings, given: GivenModel | null): Promise<Corpus> {
    const key = JSON.stringify([keyOf(source), model.blockSize, given?.begunFrom.sha256]);
    if (this.corpus?.key !== key) {
      const corpus = this.read(source, model.blockSize, given);
      this.corpus = {key, corpus};
      corpus.catch(() => {
        if (this.corpus?.key === key) this.corpus = null; // to be tried again
      });
    }
    return this.corpus.corpus;
  }

  private async read(source: RunSource, blockSize: number, given: GivenModel | null): Promise<Corpus> {
    if (!given) return this.place.loadCorpus(source, blockSize);
    const {cutForModel} = await import("../training/givenModel.js");
    return cutForModel(given, (tokenizer, size) => this.place.loadCorpus({...source, tokenizer}, size));
  }
}

/** A source as it may be compared: a file has no text to go by, but a size and a date. */
const keyOf = (source: RunSource): unknown =>
  source.kind === "file"
    ? [source, source.file.size, source.file instanceof File ? source.file.lastModified : null]
    : source;

/** Looks at a model between two steps, when it is time. */
class Observer {
  private lastGradients = -1;
  private lastSample = -1;
  private batch: Batch | null = null;
  private lastParameters = -1;

  constructor(
    private readonly id: number,
    private readonly trainer: Trainer,
    private readonly corpus: Corpus,
    private readonly tokenizer: Tokenizer,
    private readonly settings: ExperimentSettings,
    private readonly place: LaboratoryPlace
  ) {}

  isDue(): boolean {
    return this.gradientsAreDue() || this.sampleIsDue() || this.parametersAreDue();
  }

  async observe(signal: AbortSignal): Promise<void> {
    if (this.gradientsAreDue()) await this.measureGradients();
    if (this.sampleIsDue()) await this.writeSample(signal);
    if (this.parametersAreDue()) await this.sendParameters();
  }

  private gradientsAreDue(): boolean {
    const {gradientInterval} = this.settings;
    const {step} = this.trainer;
    return gradientInterval !== undefined && step % gradientInterval === 0 && step !== this.lastGradients;
  }

  private sampleIsDue(): boolean {
    const {sample, train} = this.settings;
    const {step} = this.trainer;
    return (
      sample !== undefined &&
      step > 0 &&
      (step % sample.interval === 0 || step === train.steps) &&
      step !== this.lastSample
    );
  }

  private parametersAreDue(): boolean {
    const {parameterInterval} = this.settings;
    const {step} = this.trainer;
    return parameterInterval !== undefined && step % parameterInterval === 0 && step !== this.lastParameters;
  }

  /** Sends the parameters of this moment, once. */
  async sendParameters(): Promise<void> {
    const {step} = this.trainer;
    if (step === this.lastParameters) return;
    this.lastParameters = step;
    this.place.post({id: this.id, type: "parameters", step, parameters: await this.trainer.parameterData()});
  }

  /** Always of the same batch, so that two measurements can be compared. */
  private async measureGradients(): Promise<void> {
    const {trainer, corpus, id} = this;
    this.lastGradients = trainer.step;
    this.batch ??= batchSource(corpus, trainer.config, trainer.trainConfig).sample(createRandom(1));
    const {batch} = this;
    const squares = tf.tidy(() => {
      const {gradients} = trainer.gradients(batch);
      return Object.fromEntries(
        Object.entries(gradients).map(([name, gradient]) => [name, tf.sum(tf.square(gradient))])
      );
    });
    const norms: Record<string, number> = {};
    for (const [name, square] of Object.entries(squares)) norms[name] = Math.sqrt((await square.data())[0]!);
    tf.dispose(squares);
    this.place.post({id, type: "gradients", step: trainer.step, norms});
  }

  private async writeSample(signal: AbortSignal): Promise<void> {
    const {trainer, tokenizer, corpus, id} = this;
    const {tokens, temperature, seed} = this.settings.sample!;
    this.lastSample = trainer.step;
    const prompt = corpus.val.subarray(0, 1);
    const ids = [...prompt];
    const options = {temperature, topK: 0, topP: 1};
    for await (const token of generate(trainerModel(trainer, tokenizer), prompt, {
      options,
      seed,
      steps: tokens
    })) {
      ids.push(token.id);
      await this.place.yieldToOthers();
      if (signal.aborted) return;
    }
    this.place.post({id, type: "sample", step: trainer.step, text: tokenizer.decode(ids)});
  }
}
