import type {KeptModel} from "../exchange/opening/importedStore.js";
import {fitOptions} from "../generation/distribution.js";
import {attentionLayers} from "../model/config.js";
import {AttentionFollower, type AttentionState} from "./attentionFollower.js";
import {Measurement, type MeasurementState} from "./measurement.js";
import type {SiteFiles, StudioModel} from "./model.js";
import {type LoaderState, ModelLoader, type Openers} from "./modelLoader.js";
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

export interface StudioState extends LoaderState {
  settings: StudioSettings;
  /** The texts in force: the reader's, or the model's own beginning; "" before a model is there. */
  texts: {prompt: string; passage: string};
  prompt: Prompt | null;
  writing: WritingState | null;
  /** Null also where the model has no attention. */
  attention: AttentionState | null;
  measurement: MeasurementState | null;
}

export interface StudioOptions {
  site: SiteFiles;
  views: StudioViews;
  settings?: SettingsStore;
  /** Calls back before the next repaint; changes in between are answered together. */
  frame?: (callback: () => void) => void;
  /** Least time between two frames that only the model's progress asks for, in milliseconds. */
  pace?: number;
  openers?: Openers;
}

/**
 * A text that grows is as well read in small leaps, and a frame that is not drawn for it is free for the reader's next
 * move.
 */
const PACE = 60;

/**
 * What the lab's attention and the chapters on sampling and measuring share: one model, the reader's settings, and everything computed from them.
 * It knows no DOM. A changed setting is answered in the next frame from cached scores; what needs the model
 * follows by itself, and newer work replaces older.
 */
export class Studio {
  readonly #site: SiteFiles;
  readonly #views: StudioViews;
  readonly #settings: SettingsStore;
  readonly #frame: (callback: () => void) => void;
  readonly #pace: number;
  readonly #loader: ModelLoader;
  readonly #listeners = new Set<(state: StudioState) => void>();
  #preferred: StudioSettings["model"];
  /** The model that everything below was computed by. */
  #model: StudioModel | null = null;
  #defaults: StudioState["texts"] = {prompt: "", passage: ""};
  #prompt: Prompt | null = null;
  #writing: Writing | null = null;
  #attention: AttentionFollower | null = null;
  #measurement: Measurement | null = null;
  /** The settings and texts that the figures already follow. */
  #applied: (StudioSettings & StudioState["texts"]) | null = null;
  #framed = false;
  #framedAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor({
    site,
    views,
    settings = new SettingsStore(),
    frame = requestAnimationFrame,
    pace = PACE,
    openers
  }: StudioOptions) {
    this.#site = site;
    this.#views = views;
    this.#settings = settings;
    this.#frame = (callback) => frame(callback);
    this.#pace = pace;
    this.#loader = new ModelLoader({
      site,
      preferred: () => settings.value.model,
      changed: () => this.#loaded(),
      ...(openers && {openers})
    });
    this.#preferred = settings.value.model;
    settings.subscribe(({model}) => {
      if (model !== this.#preferred) {
        this.#preferred = model;
        const {ownRun, opened} = this.#loader.state;
        if (ownRun || opened || model === "opened") void this.load();
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
      ...this.#loader.state,
      settings: this.#settings.value,
      texts: this.#texts(),
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
  start(): Promise<void> {
    return this.#loader.start();
  }

  /** The reader's run may have come further meanwhile. The model in use answers until the newer one is there. */
  lookAgain(): Promise<void> {
    return this.#loader.lookAgain();
  }

  /** Opens the model that the settings prefer. The one in use answers until then. */
  load(): Promise<void> {
    return this.#loader.load();
  }

  /** Lets the model that the reader has just opened from files answer. The one in use answers until it is there. */
  use(opened: KeptModel): void {
    this.#loader.take(opened);
    if (this.#preferred === "opened") void this.load();
    else this.set({model: "opened"});
  }

  cancelLoading(): void {
    this.#loader.cancel();
  }

  pause(): void {
    this.#writing?.pause();
    this.#change();
  }
  resume(): void {
    this.#writing?.resume();
    this.#change();
  }
  step(): void {
    this.#writing?.step();
    this.#change();
  }
  clear(): void {
    this.#writing?.clear();
    this.#change();
  }
  select(i: number): void {
    this.#writing?.select(i);
    this.#change();
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#loader.dispose();
    this.#release();
    this.#listeners.clear();
    this.#settings.dispose();
  }

  #loaded(): void {
    const {model} = this.#loader.state;
    if (model && model !== this.#model) this.#adopt(model);
    this.#change();
  }

  #adopt(opened: StudioModel): void {
    this.#release();
    this.#model = opened;
    const {model, opening} = opened;
    this.#defaults = {prompt: defaultPrompt(opening, model.tokenizer.unit), passage: defaultPassage(opening)};
    // Settings may come from a model with a larger vocabulary.
    const settings = fitOptions(this.#settings.value, model.config.vocabSize);
    const {steps, attention, passage} = this.#views;
    const changed = () => this.#progress();
    if (steps > 0)
      this.#writing = new Writing(model, {options: settings, seed: settings.seed, steps}, changed);
    this.#attention =
      attention && attentionLayers(model.config) > 0 ? new AttentionFollower(model, changed) : null;
    if (passage) this.#measurement = new Measurement(model, settings, changed);
    this.#prompt = null;
    this.#applied = null;
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

  /** The model has come further: shown with the next change, or soon. */
  #progress(): void {
    if (this.#framed || this.#disposed) return;
    const wait = this.#framedAt + this.#pace - performance.now();
    if (wait <= 0) this.#change();
    else
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#change();
      }, wait);
  }

  /** Something changed: everything is brought up to date and shown before the next repaint. */
  #change(): void {
    if (this.#framed || this.#disposed) return;
    this.#framed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#frame(() => {
      if (this.#disposed) return;
      this.#follow();
      this.#framed = false;
      this.#framedAt = performance.now();
      const {state} = this;
      for (const listener of this.#listeners) listener(state);
    });
  }

  /** Lets the figures follow the settings. Nothing here waits for the model. */
  #follow(): void {
    if (!this.#model) return;
    const before = this.#applied;
    const {vocabSize} = this.#model.model.config;
    const next = fitOptions({...this.#settings.value, ...this.#texts()}, vocabSize);
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

const OPTIONS = ["temperature", "topK", "topP", "minP"] as const;
