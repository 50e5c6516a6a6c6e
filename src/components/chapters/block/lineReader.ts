import {html} from "htl";
import {messageOf} from "../../errorMessage.js";
import type {Inspector, openInspector} from "../../inspection/inspector.js";
import type {Tokenizer} from "../../text/tokenizer.js";
import {uniqueId} from "../../views/figure.js";
import {notice} from "../../views/notice.js";
import {loadingModel, progressBar} from "../../views/progressBar.js";
import {type LineTrace, lineTrace, traceNames} from "./lineTrace.js";
import {readableIds} from "./readableLine.js";

export interface SiteModel {
  /** URLs of the model and of its tokenizer's file. */
  model: string;
  tokenizer: string;
}

export interface LineReaderOptions {
  initial: string;
  onTrace(trace: LineTrace): void;
  onReset(): void;
  /** For tests. */
  open?: typeof openInspector;
}

/** A field for a line of the reader's, which the site's model then reads; nothing is loaded before that. */
export function lineReader(
  site: SiteModel,
  {initial, onTrace, onReset, open}: LineReaderOptions
): {node: HTMLElement; dispose(): void} {
  let loaded: Promise<{inspector: Inspector; tokenizer: Tokenizer}> | null = null;
  let stopping = new AbortController();
  const id = uniqueId("line");
  const field =
    html`<input id=${id} type="text" maxlength="400" autocomplete="off" spellcheck="false">` as HTMLInputElement;
  field.value = initial;
  const read =
    html`<button type="submit" class="button button-primary">Read it</button>` as HTMLButtonElement;
  const stop = html`<button type="button" class="button" hidden>Stop</button>` as HTMLButtonElement;
  const reset = html`<button type="button" class="button">Reset</button>` as HTMLButtonElement;
  const said = html`<div role="status"></div>`;
  const progress = progressBar(loadingModel());
  const node = html`<form class="line-reader"><label for=${id}>Your own line</label>
    <div class="button-row">${field}${read}${stop}${reset}</div>${said}</form>` as HTMLFormElement;

  async function load(signal: AbortSignal) {
    // Neither is part of the page's first load.
    const [inspection, {readTokenizer}] = await Promise.all([
      import("../../inspection/inspector.js"),
      import("../../text/tokenizerFile.js")
    ]);
    const [inspector, tokenizer] = await Promise.all([
      (open ?? inspection.openInspector)(site.model, {
        signal,
        onProgress: (done, total) => progress.update(loadingModel(done, total))
      }),
      fetch(site.tokenizer, {signal}).then(async (response) => {
        if (!response.ok)
          throw new Error(`The model's tokenizer could not be loaded (HTTP ${response.status}). Try again.`);
        return readTokenizer(await response.json());
      })
    ]);
    return {inspector, tokenizer};
  }

  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    stopping.abort();
    stopping = new AbortController();
    const {signal} = stopping;
    [read.disabled, stop.hidden] = [true, false];
    said.replaceChildren(...(loaded ? [] : [progress]));
    try {
      loaded ??= load(signal);
      const {inspector, tokenizer} = await loaded;
      const {ids, tokens, remark} = readableIds(field.value, tokenizer);
      const inspection = await inspector.inspect(ids, {names: traceNames(inspector.config), signal});
      onTrace(lineTrace(inspection, inspector.config, tokens));
      said.replaceChildren(...(remark ? [notice({kind: "info", message: remark})] : []));
    } catch (error) {
      if (!(error instanceof RangeError)) loaded = null; // to be tried again
      said.replaceChildren(...(signal.aborted ? [] : [notice({kind: "error", message: messageOf(error)})]));
    } finally {
      [read.disabled, stop.hidden] = [false, true];
    }
  });
  stop.addEventListener("click", () => stopping.abort());
  reset.addEventListener("click", () => {
    stopping.abort();
    field.value = initial;
    said.replaceChildren();
    onReset();
  });
  return {
    node,
    dispose() {
      stopping.abort();
      loaded?.then(({inspector}) => inspector.dispose()).catch(() => {});
    }
  };
}
