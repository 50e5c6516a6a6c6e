import type {LoadProgress} from "../inference/protocol.js";
import type {RunSummary} from "../training/snapshot.js";
import {isAbort, messageOf} from "./aborted.js";
import {AttentionFollower, type AttentionState} from "./attentionFollower.js";
import {Measurement, type MeasurementState} from "./measurement.js";
import {
  fallbackSentence,
  findOwnRun,
  openOwnModel,
  openShippedModel,
  type SiteFiles,
  type StudioModel
} from "./model.js";
import {defaultPassage, defaultPrompt} from "./opening.js";
import {type Prompt, readPrompt} from "./prompt.js";
import {SettingsStore, type StudioSettings} from "./settings.js";
import {Writing, type WritingState} from "./writing.js";

/** What a page shows; what it does not show is not computed. */
export interface StudioViews {
  /** Tokens of the continuation; 0 for none. */
  steps: number;
  attention: boolean;
  passage: boolean;
}

export type Loading =
  /** Nothing is loaded until the reader asks: too large to load unasked, or given up. */
  | {phase: "waiting"}
  | {phase: "loading"; progress: LoadProgress | null}
  | {phase: "ready"}
  | {phase: "failed"; message: string};

export interface StudioState {
  settings: StudioSettings;
  /** The texts in force: the reader's, or the model's own beginning; "" before a model is there. */
  texts: {prompt: string; passage: string};
  loading: Loading;
  model: StudioModel | null;
  /** The reader's run, whether or not its model answers. */
  ownRun: RunSummary | null;
  /** What the reader should know of the choice of model. */
  remark: string | null;
  prompt: Prompt | null;
  writing: WritingState | null;
  attention: AttentionState | null;
  measurement: MeasurementState | null;
}

export interface StudioOptions {
  site: SiteFiles;
  views: StudioViews;
  settings?: SettingsStore;
  /** Calls back before the next repaint; changes in between are answered together. */
  frame?: (callback: () => void) => void;
  openers?: Openers;
}

/** Where models come from; tests have their own. */
export interface Openers {
  findOwnRun: typeof findOwnRun;
  openOwnModel: typeof openOwnModel;
  openShippedModel: typeof openShippedModel;
}

/** A shipped model larger than this is loaded when the reader asks for it. */
const UNASKED_BYTES = 4_000_000;

/**
 * What Attend, Sample and Measure share: one model, the reader's settings, and everything computed from them.
 * It knows no DOM. A changed setting is answered in the next frame from cached scores; what needs the model
 * follows by itself, and newer work replaces older.
 */
export class Studio {
  readonly #site: SiteFiles;
  readonly #views: StudioViews;
  readonly #settings: SettingsStore;
  readonly #frame: (callback: () => void) => void;
  readonly #openers: Openers;
  readonly #listeners = new Set<(state: StudioState) => void>();
  #loading: Loading = {phase: "waiting"};
  #opening: AbortController | null = null;
  #ownRun: RunSummary | null = null;
  #preferred: StudioSettings["model"];
  /** Why the reader's run could not be looked for; and why its model does not answer, which opening it again may mend. */
  #storeProblem: string | null = null;
  #fallback: string | null = null;
  #model: StudioModel | null = null;
  #defaults: StudioState["texts"] = {prompt: "", passage: ""};
  #prompt: Prompt | null = null;
  #writing: Writing | null = null;
  #attention: AttentionFollower | null = null;
  #measurement: Measurement | null = null;
  /** The settings and texts that the figures already follow. */
  #applied: (StudioSettings & StudioState["texts"]) | null = null;
  #framed = false;
  #disposed = false;

  constructor({
    site,
    views,
    settings = new SettingsStore(),
    frame = requestAnimationFrame,
    openers = {findOwnRun, openOwnModel, openShippedModel}
  }: StudioOptions) {
    this.#site = site;
    this.#views = views;
    this.#settings = settings;
    this.#frame = (callback) => frame(callback);
    this.#openers = openers;
    this.#preferred = settings.value.model;
    settings.subscribe(({model}) => {
      if (model !== this.#preferred) {
        this.#preferred = model;
        if (this.#ownRun) void this.load();
      }
      this.#change();
    });
  }

  /** Bytes of the shipped model's file, if known. */
  get modelBytes(): number | undefined {
    return this.#site.modelBytes;
  }

  get state(): StudioState {
    return {
      settings: this.#settings.value,
      texts: this.#texts(),
      loading: this.#loading,
      model: this.#model,
      ownRun: this.#ownRun,
      remark: this.#fallback ?? this.#storeProblem,
      prompt: this.#prompt,
      writing: this.#writing?.state ?? null,
      attention: this.#attention?.state ?? null,
      measurement: this.#measurement?.state ?? null
    };
  }

  /** Calls `listener` with the state now and, once a frame at most, whenever it changes. */
  subscribe(listener: (state: StudioState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.state);
    return () => this.#listeners.delete(listener);
  }

  /** Changes settings, here and in every other tab. Another choice of model opens that model. */
  set(patch: Partial<StudioSettings>): void {
    this.#settings.set(patch);
  }

  /** The pages' first step: finds the reader's run and loads a model that is at hand or small. */
  async start(): Promise<void> {
    const {run, problem} = await this.#openers.findOwnRun();
    if (this.#disposed) return;
    this.#ownRun = run;
    this.#storeProblem = problem;
    const own = run !== null && this.#settings.value.model === "own";
    if (own || (this.#site.modelBytes ?? 0) <= UNASKED_BYTES) await this.load();
    else this.#change();
  }

  /** Opens the model that the settings prefer. The one in use answers until then. */
  async load(): Promise<void> {
    this.#opening?.abort();
    const opening = new AbortController();
    this.#opening = opening;
    const {signal} = opening;
    const onProgress = (progress: LoadProgress) => {
      if (!signal.aborted) this.#load({phase: "loading", progress});
    };
    this.#load({phase: "loading", progress: null});
    try {
      const opened = await this.#openPreferred({signal, onProgress});
      if (signal.aborted) opened.model.dispose();
      else this.#use(opened);
    } catch (error) {
      if (this.#opening !== opening) return;
      if (!isAbort(error)) this.#load({phase: "failed", message: messageOf(error)});
      else this.#load(this.#model ? {phase: "ready"} : {phase: "waiting"});
    }
  }

  cancelLoading(): void {
    this.#opening?.abort();
  }

  pause(): void {
    this.#writing?.pause();
  }
  resume(): void {
    this.#writing?.resume();
  }
  step(): void {
    this.#writing?.step();
  }
  clear(): void {
    this.#writing?.clear();
  }
  select(i: number): void {
    this.#writing?.select(i);
  }

  dispose(): void {
    this.#disposed = true;
    this.#opening?.abort();
    this.#release();
    this.#listeners.clear();
    this.#settings.dispose();
  }

  async #openPreferred(options: {signal: AbortSignal; onProgress: (progress: LoadProgress) => void}) {
    this.#fallback = null;
    if (this.#settings.value.model === "own" && this.#ownRun)
      try {
        return await this.#openers.openOwnModel(this.#site, options);
      } catch (error) {
        options.signal.throwIfAborted();
        if (isAbort(error)) throw error;
        this.#fallback = fallbackSentence(error);
      }
    return this.#openers.openShippedModel(this.#site, options);
  }

  #use(opened: StudioModel): void {
    this.#release();
    this.#model = opened;
    this.#loading = {phase: "ready"};
    const {model, opening} = opened;
    this.#defaults = {prompt: defaultPrompt(opening), passage: defaultPassage(opening)};
    const {value: settings} = this.#settings;
    const {steps, attention, passage} = this.#views;
    const changed = () => this.#change();
    if (steps > 0)
      this.#writing = new Writing(model, {options: settings, seed: settings.seed, steps}, changed);
    if (attention) this.#attention = new AttentionFollower(model, changed);
    if (passage) this.#measurement = new Measurement(model, settings, changed);
    this.#prompt = null;
    this.#applied = null;
    this.#change();
  }

  #release(): void {
    this.#writing?.dispose();
    this.#attention?.dispose();
    this.#measurement?.dispose();
    this.#model?.model.dispose();
  }

  #texts(): StudioState["texts"] {
    const {prompt, passage} = this.#settings.value;
    return {prompt: prompt ?? this.#defaults.prompt, passage: passage ?? this.#defaults.passage};
  }

  #load(loading: Loading): void {
    this.#loading = loading;
    this.#change();
  }

  /** Something changed: everything is brought up to date and shown before the next repaint. */
  #change(): void {
    if (this.#framed || this.#disposed) return;
    this.#framed = true;
    this.#frame(() => {
      if (this.#disposed) return;
      this.#follow();
      this.#framed = false;
      const {state} = this;
      for (const listener of this.#listeners) listener(state);
    });
  }

  /** Lets the figures follow the settings. Nothing here waits for the model. */
  #follow(): void {
    if (!this.#model) return;
    const before = this.#applied;
    const next = {...this.#settings.value, ...this.#texts()};
    this.#applied = next;
    const options = before !== null && OPTIONS.some((key) => before[key] !== next[key]);
    if (before?.prompt !== next.prompt) this.#takePrompt(next.prompt);
    if (before?.passage !== next.passage) void this.#measurement?.measure(next.passage);
    if (before && before.seed !== next.seed) this.#writing?.reseed(next.seed);
    if (options) {
      this.#writing?.revise(next);
      this.#measurement?.revise(next);
    }
    const writing = this.#writing?.state;
    if (writing) this.#attention?.follow([...writing.prompt, ...writing.tokens]);
  }

  #takePrompt(text: string): void {
    const {tokenizer, config} = this.#model!.model;
    this.#prompt = readPrompt(text, tokenizer, config);
    if (!this.#prompt.problem) void this.#writing?.begin(this.#prompt.ids);
  }
}

const OPTIONS = ["temperature", "topK", "topP"] as const;
