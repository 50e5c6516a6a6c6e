import {messageOf} from "../errorMessage.js";
import {windowStart} from "../generation/window.js";
import type {LanguageModel, Trace} from "../inference/languageModel.js";
import {isAbort} from "./aborted.js";

export interface AttentionState {
  /** The last complete trace, with its attention; null before the first. */
  trace: Trace | null;
  /** The text has moved on since. */
  stale: boolean;
  problem: string | null;
}

/** Least time between two traces, in milliseconds: a text that grows token by token needs no figure for each. */
const PAUSE = 150;

/**
 * Traces the attention over a text that changes. It never runs twice at once and never falls behind: when a
 * trace is done, the next one is of the text as it is then. `changed` is told whenever `state` is another.
 */
export class AttentionFollower {
  readonly #model: LanguageModel;
  readonly #changed: () => void;
  readonly #pause: number;
  readonly #end = new AbortController();
  #wanted: readonly number[] = [];
  #busy = false;
  #state: AttentionState = {trace: null, stale: false, problem: null};

  constructor(model: LanguageModel, changed: () => void, pause = PAUSE) {
    this.#model = model;
    this.#changed = changed;
    this.#pause = pause;
  }

  get state(): AttentionState {
    return this.#state;
  }

  /** The text to trace: of it, what the model sees when it predicts what comes next. */
  follow(text: readonly number[]): void {
    const {blockSize} = this.#model.config;
    const window = text.slice(windowStart(text.length, blockSize));
    if (window.length === 0 || same(window, this.#wanted)) return;
    this.#wanted = window;
    this.#set({stale: true});
    if (!this.#busy) void this.#catchUp();
  }

  dispose(): void {
    this.#end.abort();
  }

  async #catchUp(): Promise<void> {
    this.#busy = true;
    const {signal} = this.#end;
    try {
      for (let traced: readonly number[] | null = null; traced !== this.#wanted; ) {
        await new Promise((resolve) => setTimeout(resolve, this.#pause));
        traced = this.#wanted;
        const trace = await this.#model.trace(traced, {attention: true, signal});
        this.#set({trace, stale: traced !== this.#wanted, problem: null});
      }
    } catch (error) {
      if (!isAbort(error)) this.#set({problem: `The attention could not be computed: ${messageOf(error)}`});
    } finally {
      this.#busy = false;
    }
  }

  #set(patch: Partial<AttentionState>): void {
    this.#state = {...this.#state, ...patch};
    this.#changed();
  }
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, i) => id === b[i]);
