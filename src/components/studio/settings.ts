import {PLAIN, type SamplingOptions} from "../generation/distribution.js";
import {LARGEST_SEED} from "../random.js";
import {characterLength} from "../text/characterLength.js";

/** What the reader has set, on whichever page: every page and every tab of the site shows the same. */
export interface StudioSettings extends Required<SamplingOptions> {
  /** What the model continues; null until the reader writes something, and then the model's own text opens it. */
  prompt: string | null;
  /** What is measured; null as for the prompt. */
  passage: string | null;
  /** A whole number from 0 to 2³² − 1. */
  seed: number;
  /** Which model answers, where it is there: the reader's run, the one that ships, or one opened from files. */
  model: "own" | "shipped" | "opened";
}

export const DEFAULT_SETTINGS: StudioSettings = {
  ...PLAIN,
  prompt: null,
  passage: null,
  seed: 1,
  model: "own"
};

/** The longest texts taken, in characters (code points). */
export const PROMPT_LIMIT = 2_000;
export const PASSAGE_LIMIT = 20_000;

/** Where they lie in the browser's local storage. */
export const SETTINGS_KEY = "glassformer.studio";

/**
 * Reads what `JSON.stringify` made of settings. Stored text may be old or damaged: a field that is missing or
 * impossible has its default, and the others are kept.
 */
export function readSettings(stored: string | null): StudioSettings {
  let found: Partial<Record<keyof StudioSettings, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(stored ?? "{}");
    if (typeof parsed === "object" && parsed !== null) found = parsed;
  } catch {
    // Not JSON: nothing of it can be kept.
  }
  const number = (value: unknown, min: number, max: number, fallback: number) =>
    typeof value === "number" && value >= min && value <= max ? value : fallback;
  const text = (value: unknown, limit: number) =>
    typeof value === "string" && characterLength(value) <= limit ? value : null;
  const {topK, seed} = found;
  return {
    temperature: number(found.temperature, 0, 2, DEFAULT_SETTINGS.temperature),
    topK: Number.isInteger(topK) ? number(topK, 1, 65_536, 0) || null : null,
    topP: number(found.topP, 0.05, 1, DEFAULT_SETTINGS.topP),
    minP: number(found.minP, 0, 1, DEFAULT_SETTINGS.minP),
    seed: Number.isInteger(seed)
      ? number(seed, 0, LARGEST_SEED, DEFAULT_SETTINGS.seed)
      : DEFAULT_SETTINGS.seed,
    prompt: text(found.prompt, PROMPT_LIMIT),
    passage: text(found.passage, PASSAGE_LIMIT),
    model: found.model === "shipped" || found.model === "opened" ? found.model : "own"
  };
}

type Tabs = Pick<EventTarget, "addEventListener" | "removeEventListener">;

/** The settings kept in the browser's local storage, and heard from other tabs. Without storage they last as long as the page. */
export class SettingsStore {
  #value: StudioSettings;
  readonly #listeners = new Set<(settings: StudioSettings) => void>();
  readonly #storage: Pick<Storage, "getItem" | "setItem"> | null;
  readonly #tabs: Tabs;

  constructor(storage = localStorageIfAllowed(), tabs: Tabs = globalThis) {
    this.#storage = storage;
    this.#tabs = tabs;
    this.#value = readSettings(storage?.getItem(SETTINGS_KEY) ?? null);
    tabs.addEventListener("storage", this.#hear);
  }

  get value(): StudioSettings {
    return this.#value;
  }

  set(patch: Partial<StudioSettings>): void {
    this.#value = {...this.#value, ...patch};
    try {
      this.#storage?.setItem(SETTINGS_KEY, JSON.stringify(this.#value));
    } catch {
      // Storage is full or was forbidden meanwhile; this page goes on with what it has.
    }
    this.#announce();
  }

  /** Calls `listener` on every change, here or in another tab; returns how to stop that. */
  subscribe(listener: (settings: StudioSettings) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    this.#tabs.removeEventListener("storage", this.#hear);
    this.#listeners.clear();
  }

  readonly #hear = (event: Event) => {
    const {key, newValue} = event as StorageEvent;
    if (key !== SETTINGS_KEY && key !== null) return; // null: the whole storage was cleared
    this.#value = readSettings(key === null ? null : newValue);
    this.#announce();
  };

  #announce(): void {
    for (const listener of this.#listeners) listener(this.#value);
  }
}

function localStorageIfAllowed(): Pick<Storage, "getItem" | "setItem"> | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null; // reading the property itself throws where the reader forbids storage
  }
}
