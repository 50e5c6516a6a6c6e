import {messageOf} from "../errorMessage.js";
import {openTextWorker, type TextWorker} from "../evaluation/client.js";
import {
  firstTokens,
  HeldOutMeasurement,
  type HeldOutReport,
  type HeldOutText
} from "../evaluation/heldOut.js";
import type {Loss} from "../evaluation/loss.js";
import type {TextReport} from "../evaluation/sampleReport.js";
import type {SamplingOptions} from "../generation/distribution.js";
import {generate} from "../generation/generate.js";
import {isAbort} from "./aborted.js";
import {type HeldOutSource, openHeldOutSource, type TextFiles} from "./heldOutSource.js";
import type {StudioModel} from "./model.js";
import {type Pace, startPace} from "./pace.js";

/** What is under way, for a progress bar. */
export interface Work {
  label: string;
  /** Null where it is not known how much there is to do. */
  pace: Pace | null;
  unit: string;
}

export interface HeldOutResult {
  /** The text's name, for people. */
  name: string;
  /** Whether the model was trained on the first part of this text. */
  own: boolean;
  stride: number;
  /** All tokens that were asked for were predicted. */
  complete: boolean;
  report: HeldOutReport;
  text: HeldOutText;
  /** The n-grams on the same tokens; null while they are being counted, where that was stopped and where it failed. */
  baselines: Loss[] | null;
}

export interface SampleResult {
  text: string;
  tokens: number;
  complete: boolean;
  options: SamplingOptions;
  sample: TextReport;
  /** A piece of the held-out text of the same length. */
  heldOut: TextReport;
}

export interface ExaminationState {
  /** What was asked for last: `work` and `problem` are its. */
  part: "heldOut" | "sample";
  work: Work | null;
  heldOut: HeldOutResult | null;
  sample: SampleResult | null;
  /** Why the last thing asked for could not be done; results of before stay. */
  problem: string | null;
}

export interface ExaminationOptions {
  files: TextFiles;
  /** Told whenever `state` is another. */
  changed: () => void;
  openSource?: typeof openHeldOutSource;
  openWorker?: typeof openTextWorker;
}

/** Tokens of held-out text that a sample goes on from; they are no part of it. */
const PROMPT = 64;

/**
 * Examines one model on its held-out text, when asked: the text predicted token by token, and a sample written and
 * compared. One thing at a time; what is stopped reports what there is of it. Another model ends everything.
 */
export class Examination {
  readonly #options: Required<ExaminationOptions>;
  #model: StudioModel | null = null;
  #running: AbortController | null = null;
  #source: HeldOutSource | null = null;
  #worker: TextWorker | null = null;
  #isCounting = false;
  #state: ExaminationState = {part: "heldOut", work: null, heldOut: null, sample: null, problem: null};

  constructor(options: ExaminationOptions) {
    this.#options = {openSource: openHeldOutSource, openWorker: openTextWorker, ...options};
  }

  get state(): ExaminationState {
    return this.#state;
  }

  /** Takes another model: what is known of the one before is forgotten. */
  use(model: StudioModel): void {
    if (model === this.#model) return;
    this.#release();
    this.#model = model;
    this.#source = null;
    this.#set({work: null, heldOut: null, sample: null, problem: null});
  }

  /** Predicts tokens 1 … `tokens` of the held-out text (all there are, if fewer). */
  measure({stride, tokens}: {stride: number; tokens: number}): Promise<void> {
    return this.#run("heldOut", async (model, signal) => {
      const worker = await this.#open(signal);
      const text = firstTokens(worker.heldOut, tokens);
      const {unit} = model.model.tokenizer;
      const measurement = new HeldOutMeasurement(text, model.model.config.blockSize);
      const pace = startPace();
      const total = text.ids.length - 1;
      const show = (done: number) =>
        this.#work({label: "Predicting the held-out text", pace: pace(done, total), unit: `${unit}s`});
      const result = (complete: boolean, baselines: Loss[] | null) => {
        const report = measurement.report();
        const {name, own} = this.#source!;
        if (report) this.#set({heldOut: {name, own, stride, complete, report, text, baselines}});
        return report?.predicted ?? 0;
      };
      show(0);
      try {
        await measurement.read(model.model, {
          stride,
          signal,
          onProgress: show
        });
      } catch (error) {
        if (isAbort(error) && this.#model === model) result(false, null);
        throw error;
      }
      const predicted = result(true, null);
      result(true, await this.#count(worker, predicted, `${unit}s`));
    });
  }

  /** Lets the model go on from the held-out text for `tokens` tokens, and looks at what it wrote. */
  write({tokens, options, seed}: {tokens: number; options: SamplingOptions; seed: number}): Promise<void> {
    return this.#run("sample", async ({model}, signal) => {
      const worker = await this.#open(signal);
      const {tokenizer, config} = model;
      const ids: number[] = [];
      const pace = startPace();
      const show = () =>
        this.#work({label: "Writing", pace: pace(ids.length, tokens), unit: `${tokenizer.unit}s`});
      show();
      const prompt = worker.heldOut.ids.subarray(0, Math.min(PROMPT, config.blockSize));
      try {
        for await (const {id} of generate(model, prompt, {options, seed, steps: tokens, signal})) {
          ids.push(id);
          show();
        }
      } catch (error) {
        // What is written counts, if the reader stopped it and not another model.
        if (!isAbort(error) || ids.length === 0 || this.#worker !== worker) throw error;
      }
      const text = tokenizer.decode(ids);
      this.#work({label: "Looking for copies in the training text", pace: null, unit: ""});
      const reports = await worker.compare(text);
      const complete = ids.length === tokens;
      this.#set({sample: {text, tokens: ids.length, complete, options: {...options}, ...reports}});
    });
  }

  /** Ends what is under way; what there is of it is reported. */
  stop(): void {
    this.#running?.abort(new DOMException("Stopped.", "AbortError"));
    if (this.#isCounting) this.#dropWorker();
  }

  dispose(): void {
    this.#release();
  }

  async #run(
    part: ExaminationState["part"],
    work: (model: StudioModel, signal: AbortSignal) => Promise<void>
  ): Promise<void> {
    const model = this.#model;
    if (!model || this.#running) return;
    const running = new AbortController();
    this.#running = running;
    this.#set({part, problem: null});
    this.#work({label: "Fetching the text", pace: null, unit: ""});
    try {
      await work(model, running.signal);
    } catch (error) {
      if (!isAbort(error) && this.#running === running)
        this.#set({problem: `That could not be measured: ${messageOf(error)}`});
    } finally {
      if (this.#running === running) {
        this.#running = null;
        this.#set({work: null});
      }
    }
  }

  async #open(signal: AbortSignal): Promise<TextWorker> {
    const model = this.#model!;
    if (this.#worker) return this.#worker;
    const source = this.#source ?? (await this.#options.openSource(this.#options.files, model, {signal}));
    this.#source = source;
    this.#work({label: "Cutting the text into tokens", pace: null, unit: ""});
    const worker = await this.#options.openWorker(source.source, model.model.tokenizer, {signal});
    if (worker.heldOut.ids.length < 2) {
      worker.dispose();
      throw new RangeError("the held-out text has fewer than two tokens that the model knows.");
    }
    this.#worker = worker;
    return worker;
  }

  /** Counting holds the worker's thread, so that it can only be stopped together with its worker. */
  async #count(worker: TextWorker, predicted: number, unit: string): Promise<Loss[]> {
    const label = "Counting n-grams in the training text";
    const pace = startPace();
    this.#isCounting = true;
    this.#work({label, pace: null, unit});
    try {
      return await worker.baselines(predicted, (done, total) =>
        this.#work({label, pace: pace(done, total), unit})
      );
    } finally {
      this.#isCounting = false;
    }
  }

  #dropWorker(): void {
    this.#worker?.dispose();
    this.#worker = null;
  }

  #release(): void {
    const running = this.#running;
    this.#running = null; // so that its end changes nothing
    running?.abort(new DOMException("Another model is examined now.", "AbortError"));
    this.#dropWorker();
    this.#model = null;
  }

  #work(work: Work): void {
    this.#set({work});
  }

  #set(patch: Partial<ExaminationState>): void {
    this.#state = {...this.#state, ...patch};
    this.#options.changed();
  }
}
