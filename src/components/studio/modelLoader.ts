import {messageOf} from "../errorMessage.js";
import type {KeptModel} from "../exchange/opening/importedStore.js";
import type {LoadProgress} from "../inference/protocol.js";
import type {RunSummary} from "../training/snapshot.js";
import {isAbort} from "./aborted.js";
import {
  fallbackSentence,
  findOpenedModel,
  findOwnRun,
  openedFallbackSentence,
  openOpenedModel,
  openOwnModel,
  openShippedModel,
  type SiteFiles,
  type StudioModel
} from "./model.js";
import type {StudioSettings} from "./settings.js";

export type Loading =
  /** Nothing is loaded until the reader asks: too large to load unasked, or given up. */
  | {phase: "waiting"}
  | {phase: "loading"; progress: LoadProgress | null}
  | {phase: "ready"}
  | {phase: "failed"; message: string};

/** Where models come from; tests have their own. */
export interface Openers {
  findOwnRun: typeof findOwnRun;
  openOwnModel: typeof openOwnModel;
  openShippedModel: typeof openShippedModel;
  findOpenedModel?: () => Promise<KeptModel | null>;
  openOpenedModel?: typeof openOpenedModel;
}

export interface LoaderState {
  loading: Loading;
  /** The model in use; one that is being loaded takes its place when it is there. */
  model: StudioModel | null;
  /** The reader's run, whether or not its model answers. */
  ownRun: RunSummary | null;
  /** The model that the reader has opened from files, whether or not it answers. */
  opened: KeptModel | null;
  /** What the reader should know of the choice of model. */
  remark: string | null;
}

export interface LoaderOptions {
  site: SiteFiles;
  /** Which model the settings prefer at this moment. */
  preferred: () => StudioSettings["model"];
  /** Told whenever `state` is another; a model that `state` no longer holds is the caller's to dispose of. */
  changed: () => void;
  openers?: Openers;
}

/** A shipped model larger than this is loaded when the reader asks for it. */
const UNASKED_BYTES = 4_000_000;

/** Finds the reader's run and opens the model that they prefer: theirs, one from files, or the one that ships; the newest wish counts. */
export class ModelLoader {
  readonly #site: SiteFiles;
  readonly #preferred: () => StudioSettings["model"];
  readonly #changed: () => void;
  readonly #openers: Openers;
  #loading: Loading;
  #model: StudioModel | null = null;
  #ownRun: RunSummary | null = null;
  #opened: KeptModel | null = null;
  #isTaken = false;
  #opening: AbortController | null = null;
  /** What loading had to say, such as that the browser has no room to keep the files. */
  #loadingRemark: string | null = null;
  /** Why the reader's run could not be looked for; and why its model does not answer, which opening it again may mend. */
  #storeProblem: string | null = null;
  #fallback: string | null = null;
  #disposed = false;

  constructor({
    site,
    preferred,
    changed,
    openers = {findOwnRun, openOwnModel, openShippedModel, findOpenedModel, openOpenedModel}
  }: LoaderOptions) {
    this.#site = site;
    // The page says at once what `start` will do, and need not move when it does it.
    this.#loading = isSmall(site) ? {phase: "loading", progress: null} : {phase: "waiting"};
    this.#preferred = preferred;
    this.#changed = changed;
    this.#openers = openers;
  }

  get state(): LoaderState {
    return {
      loading: this.#loading,
      model: this.#model,
      ownRun: this.#ownRun,
      opened: this.#opened,
      remark: this.#fallback ?? this.#storeProblem ?? this.#loadingRemark
    };
  }

  /** Looks for the reader's run and loads a model that is at hand or small. */
  async start(): Promise<void> {
    const [{run, problem}, opened] = await Promise.all([
      this.#openers.findOwnRun(),
      this.#openers.findOpenedModel?.() ?? null
    ]);
    if (this.#disposed) return;
    this.#ownRun = run;
    this.#opened ??= opened;
    this.#storeProblem = problem;
    const preferred = this.#preferred();
    const isAtHand =
      (run !== null && preferred === "own") || (this.#opened !== null && preferred === "opened");
    if (isAtHand || isSmall(this.#site)) await this.load();
    else this.#changed();
  }

  /** Where the reader's run has come further on this very page, its model of now answers, if it is preferred. */
  async lookAgain(): Promise<void> {
    const {run, problem} = await this.#openers.findOwnRun();
    const before = this.#ownRun;
    if (this.#disposed || (run?.runId === before?.runId && run?.step === before?.step)) return;
    this.#ownRun = run;
    this.#storeProblem = problem;
    if (run !== null && this.#preferred() === "own") await this.load();
    else this.#changed();
  }

  /** Takes a model that the reader has just opened from files; `load` uses it where it is preferred. */
  take(opened: KeptModel): void {
    this.#opened = opened;
    this.#isTaken = true;
    this.#changed();
  }

  /** Opens the model that is preferred. */
  async load(): Promise<void> {
    this.#opening?.abort();
    const opening = new AbortController();
    this.#opening = opening;
    const {signal} = opening;
    const onProgress = (progress: LoadProgress) => {
      if (signal.aborted) return;
      this.#loadingRemark = progress.remark ?? this.#loadingRemark;
      this.#load({phase: "loading", progress});
    };
    this.#load({phase: "loading", progress: null});
    try {
      const opened = await this.#openPreferred({signal, onProgress});
      if (signal.aborted) opened.model.dispose();
      else {
        this.#model = opened;
        this.#load({phase: "ready"});
      }
    } catch (error) {
      if (this.#opening !== opening) return;
      if (!isAbort(error)) this.#load({phase: "failed", message: messageOf(error)});
      else this.#load(this.#model ? {phase: "ready"} : {phase: "waiting"});
    }
  }

  cancel(): void {
    this.#opening?.abort();
  }

  dispose(): void {
    this.#disposed = true;
    this.#opening?.abort();
  }

  async #openPreferred(options: {signal: AbortSignal; onProgress: (progress: LoadProgress) => void}) {
    this.#fallback = null;
    if (this.#preferred() === "own" && this.#ownRun)
      try {
        return await this.#openers.openOwnModel(this.#site, options);
      } catch (error) {
        options.signal.throwIfAborted();
        if (isAbort(error)) throw error;
        this.#fallback = fallbackSentence(error);
      }
    const opened = this.#preferred() === "opened" ? await this.#findOpened() : null;
    if (opened && this.#openers.openOpenedModel)
      try {
        return await this.#openers.openOpenedModel(this.#site, opened, options);
      } catch (error) {
        options.signal.throwIfAborted();
        // The model that answers now goes on answering.
        if (isAbort(error) || this.#model) throw error;
        this.#fallback = openedFallbackSentence(error);
      }
    return this.#openers.openShippedModel(this.#site, options);
  }

  /** The one opened on this page, or else the newest of any tab. */
  async #findOpened(): Promise<KeptModel | null> {
    if (!this.#isTaken) this.#opened = (await this.#openers.findOpenedModel?.()) ?? this.#opened;
    return this.#opened;
  }

  #load(loading: Loading): void {
    this.#loading = loading;
    this.#changed();
  }
}

const isSmall = ({modelBytes = 0}: SiteFiles): boolean => modelBytes <= UNASKED_BYTES;
