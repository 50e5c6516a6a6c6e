import {html} from "htl";
import {messageOf} from "../../errorMessage.js";
import {isAbort} from "../../studio/aborted.js";
import {textBox} from "../../studio/panels/textBox.js";
import {button} from "../../views/buttons.js";
import {notice} from "../../views/notice.js";
import {loadingModel, progressBar} from "../../views/progressBar.js";
import type {LineReader, LineReaderOptions} from "./lineReader.js";
import type {LineTrace} from "./lineTrace.js";

export interface OwnLineOptions extends Pick<LineReaderOptions, "model" | "tokenizer"> {
  /** The line that is there to begin with. */
  text: string;
  /** A line of the reader's, as the model read it. */
  onLine: (trace: LineTrace) => void;
  /** The first line is wanted again. */
  onReset: () => void;
  /** Opens the model, at the first change; for tests. */
  open?: (options: LineReaderOptions) => Promise<LineReader>;
}

/** The longest text taken, in characters: more than any line of tokens needs. */
const LIMIT = 200;
/** Milliseconds without a key before a line is read. */
const REST = 300;

const openLazily = async (options: LineReaderOptions): Promise<LineReader> =>
  (await import("./lineReader.js")).openLineReader(options);

/** A box for a line of the reader's own. The model is loaded when it first changes. */
export function ownLine(options: OwnLineOptions): HTMLElement & {reset(): void; dispose(): void} {
  const {model, tokenizer, text: first, onLine, onReset, open = openLazily} = options;
  let reader: LineReader | null = null;
  let opening: AbortController | null = null;
  let reading: AbortController | null = null;
  /** What is in the box. */
  let wanted = first;

  const box = textBox({
    label: "A line of your own",
    rows: 1,
    limit: LIMIT,
    rest: REST,
    onText: (text) => {
      wanted = text;
      again.disabled = false;
      void read();
    }
  });
  const again = button("The first line again", reset);
  again.disabled = true;

  function reset(): void {
    reading?.abort();
    opening?.abort();
    wanted = first;
    again.disabled = true;
    box.show(first, [], null);
    state.replaceChildren();
    onReset();
  }
  const state = html`<div class="own-line-state"></div>`;
  const node = html`<div class="own-line">${box}<p class="button-row">${again}</p>${state}</div>`;
  box.show(first, [], null);

  async function read(): Promise<void> {
    reading?.abort();
    if (!reader && opening) return; // what is in the box then is read when the model has come
    try {
      reader ??= await load();
      reading = new AbortController();
      const {signal} = reading;
      const {trace, remarks} = await reader.read(wanted, signal);
      if (signal.aborted) return;
      box.show(wanted, remarks, null);
      onLine(trace);
    } catch (error) {
      if (isAbort(error)) return;
      if (error instanceof RangeError) box.show(wanted, [], error.message);
      else fail(error);
    }
  }

  async function load(): Promise<LineReader> {
    opening = new AbortController();
    const {signal} = opening;
    const bar = progressBar(loadingModel());
    const stop = button("Stop", () => opening?.abort());
    state.replaceChildren(bar, stop);
    try {
      const loaded = await open({
        model,
        tokenizer,
        signal,
        onProgress: (done, total) => bar.update(loadingModel(done, total))
      });
      if (signal.aborted) loaded.dispose();
      signal.throwIfAborted();
      return loaded;
    } finally {
      opening = null;
      state.replaceChildren();
    }
  }

  function fail(error: unknown): void {
    const retry = {label: "Try again", run: () => void read()};
    state.replaceChildren(
      notice({
        kind: "error",
        message: `Your line could not be read: ${messageOf(error)} The line from before stays.`,
        action: retry
      })
    );
  }

  return Object.assign(node as HTMLElement, {
    reset,
    dispose() {
      opening?.abort();
      reading?.abort();
      reader?.dispose();
    }
  });
}
