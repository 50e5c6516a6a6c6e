import {messageOf} from "../../errorMessage.js";
import {isAbort} from "../../studio/aborted.js";
import {button} from "../../views/buttons.js";
import {notice} from "../../views/notice.js";
import {loadingModel, progressBar} from "../../views/progressBar.js";
import type {HeadReader, ModelFiles, OpenOptions} from "./headReader.js";

export type OpenReader = (options: OpenOptions) => Promise<HeadReader>;

/** A model that is loaded when it is first asked, for several figures. */
export interface LazyReader {
  /**
   * Does `task` with the model and gives its answer; says in `state` how far loading has come, with a way to stop it,
   * and there what went wrong. null when it failed or was stopped, also by the next task with the same `state`.
   * A RangeError, which is about what was asked, rejects.
   */
  use<Answer>(
    state: Element,
    task: (reader: HeadReader, signal: AbortSignal) => Promise<Answer>
  ): Promise<Answer | null>;
  dispose(): void;
}

const openLazily: OpenReader = async (options) => (await import("./headReader.js")).openHeadReader(options);

export function lazyReader(files: ModelFiles, open: OpenReader = openLazily): LazyReader {
  let loading: {reader: Promise<HeadReader>; stop: AbortController} | null = null;
  const tasks = new Map<Element, AbortController>();
  const hears = new Set<(loaded: number, total: number | null) => void>();
  let isDisposed = false;

  function load(): Promise<HeadReader> {
    if (!loading) {
      const stop = new AbortController();
      const reader = open({
        ...files,
        signal: stop.signal,
        onProgress: (loaded, total) => {
          for (const hear of hears) hear(loaded, total);
        }
      });
      const mine = {reader, stop};
      loading = mine;
      reader.catch(() => {
        if (loading === mine) loading = null; // to be tried again
      });
    }
    return loading.reader;
  }

  return {
    async use(state, task) {
      tasks.get(state)?.abort();
      const stop = new AbortController();
      const {signal} = stop;
      tasks.set(state, stop);
      const bar = progressBar(loadingModel());
      const hear = (loaded: number, total: number | null) => bar.update(loadingModel(loaded, total));
      hears.add(hear);
      const halt = button("Stop", () => {
        stop.abort();
        loading?.stop.abort();
        state.replaceChildren();
      });
      const timer = setTimeout(() => state.replaceChildren(bar, halt), 150);
      try {
        const answer = await task(await load(), signal);
        if (signal.aborted || isDisposed) return null;
        state.replaceChildren();
        return answer;
      } catch (error) {
        if (signal.aborted || isDisposed || isAbort(error)) return null;
        state.replaceChildren();
        if (error instanceof RangeError) throw error;
        state.replaceChildren(
          notice({
            kind: "error",
            message: `The model could not answer: ${messageOf(error)} What was shown before stays.`
          })
        );
        return null;
      } finally {
        clearTimeout(timer);
        hears.delete(hear);
        if (tasks.get(state) === stop) tasks.delete(state);
      }
    },
    dispose() {
      isDisposed = true;
      for (const task of tasks.values()) task.abort();
      loading?.stop.abort();
      loading?.reader.then((reader) => reader.dispose()).catch(() => {});
    }
  };
}
