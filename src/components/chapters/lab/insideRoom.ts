import {html} from "htl";
import {messageOf} from "../../errorMessage.js";
import {fetchText} from "../../inference/fetchBytes.js";
import {type Inspector, openInspector} from "../../inspection/inspector.js";
import {findOwnRun, ownLabel, type SiteFiles} from "../../studio/model.js";
import {defaultPassage, fetchOpening} from "../../studio/opening.js";
import type {Tokenizer} from "../../text/tokenizer.js";
import {readTokenizer} from "../../text/tokenizerFile.js";
import type {RunSummary} from "../../training/snapshot.js";
import {RunStore} from "../../training/store.js";
import {uniqueId} from "../../views/figure.js";
import {notice} from "../../views/notice.js";
import {loadingModel, progressBar} from "../../views/progressBar.js";
import {LONGEST, readableIds} from "../block/readableLine.js";
import {type InsideData, insideFigure} from "./insideFigure.js";

interface OpenedModel {
  inspector: Inspector;
  tokenizer: Tokenizer;
}

export type InsideRoom = HTMLElement & {
  /** The reader's run may have come further. */
  lookAgain(): Promise<void>;
  dispose(): void;
};

/** Reads a line with a model, forward and back, and shows every layer. Nothing is loaded before the button is pressed. */
export function insideRoom(site: SiteFiles, open: typeof openInspector = openInspector): InsideRoom {
  let run: RunSummary | null = null;
  let opened: {key: string; model: OpenedModel} | null = null;
  let stopping = new AbortController();
  let figure: ReturnType<typeof insideFigure> | null = null;
  const [modelId, lineId] = [uniqueId("inside-model"), uniqueId("inside-line")];
  const shipped = html`<option value="shipped">the model of this site</option>` as HTMLOptionElement;
  const own = html`<option value="own" hidden disabled></option>` as HTMLOptionElement;
  const choice = html`<select id=${modelId}>${shipped}${own}</select>` as HTMLSelectElement;
  const line = html`<input id=${lineId} type="text" maxlength="400" autocomplete="off" spellcheck="false"
    placeholder="a line that it was not trained on">` as HTMLInputElement;
  const look =
    html`<button type="submit" class="button button-primary">Look inside</button>` as HTMLButtonElement;
  const stop = html`<button type="button" class="button" hidden>Stop</button>` as HTMLButtonElement;
  const said = html`<div role="status"></div>`;
  const place = html`<div class="inside-place"></div>`;
  const progress = progressBar(loadingModel());
  const form = html`<form class="inside-form">
    <div class="field"><label for=${modelId}>Model</label>${choice}</div>
    <div class="field"><label for=${lineId}>A line to read, at most ${LONGEST} tokens</label>${line}</div>
    <p class="button-row">${look}${stop}</p></form>` as HTMLFormElement;

  async function lookAgain(): Promise<void> {
    ({run} = await findOwnRun());
    const before = own.hidden;
    own.hidden = own.disabled = run === null;
    if (run) own.textContent = ownLabel(run.step);
    if (run && before) choice.value = "own";
    if (!run && choice.value === "own") choice.value = "shipped";
  }

  /** The model that is chosen, opened unless it is. */
  async function chosenModel(signal: AbortSignal): Promise<OpenedModel> {
    const isOwn = choice.value === "own" && run !== null;
    const key = isOwn ? `${run!.runId} ${run!.step}` : "shipped";
    if (opened?.key === key) return opened.model;
    opened?.model.inspector.dispose();
    opened = null;
    const onProgress = (done: number, total: number | null) => progress.update(loadingModel(done, total));
    const model = isOwn ? await openOwn(signal) : await openShipped({signal, onProgress});
    opened = {key, model};
    return model;
  }

  async function openOwn(signal: AbortSignal): Promise<OpenedModel> {
    const store = await RunStore.open();
    const snapshot = await store.snapshot().finally(() => store.close());
    if (!snapshot) throw new Error("This browser no longer has your run.");
    const {modelConfig: config, parameters, corpus} = snapshot;
    return {
      inspector: await open({config, parameters}, {signal}),
      tokenizer: readTokenizer(corpus.tokenizer)
    };
  }

  async function openShipped(
    options: NonNullable<Parameters<typeof openInspector>[1]>
  ): Promise<OpenedModel> {
    const [inspector, tokenizer] = await Promise.all([open(site.model, options), fetchJson(site.tokenizer)]);
    return {inspector, tokenizer: readTokenizer(tokenizer)};
  }

  /** The beginning of the site's held-out text. */
  async function opening(signal: AbortSignal): Promise<string> {
    const [meta, ids] = await Promise.all([
      fetchJson(site.corpusMeta),
      fetchOpening(site.validation, signal)
    ]);
    return defaultPassage(readTokenizer(meta.tokenizer).decode(ids))
      .replace(/\s+/g, " ")
      .slice(0, LONGEST + 1);
  }

  async function read(signal: AbortSignal): Promise<{data: InsideData; remark: string | null}> {
    const {inspector, tokenizer} = await chosenModel(signal);
    if (line.value.trim() === "") line.value = await opening(signal);
    const {config} = inspector;
    const {ids, tokens, remark} = readableIds(line.value, tokenizer, Math.min(LONGEST, config.blockSize) + 1);
    if (ids.length < 2)
      throw new RangeError(
        "One token is too little: there must be a next one for the model to be wrong about."
      );
    const sensitivity = await inspector.sensitivity(ids.slice(0, -1), ids.slice(1), {signal});
    return {data: {...sensitivity, config, tokens: tokens.slice(0, -1), targets: tokens.slice(1)}, remark};
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    stopping.abort();
    stopping = new AbortController();
    const {signal} = stopping;
    [look.disabled, stop.hidden] = [true, false];
    said.replaceChildren(progress);
    try {
      const {data, remark} = await read(signal);
      if (figure) figure.update(data);
      else {
        figure = insideFigure(data);
        place.replaceChildren(figure);
      }
      said.replaceChildren(...(remark ? [notice({kind: "info", message: remark})] : []));
    } catch (error) {
      said.replaceChildren(...(signal.aborted ? [] : [notice({kind: "error", message: messageOf(error)})]));
    } finally {
      if (!stopping.signal.aborted || signal === stopping.signal)
        [look.disabled, stop.hidden] = [false, true];
    }
  });
  stop.addEventListener("click", () => stopping.abort());
  void lookAgain();
  return Object.assign(html`<section class="inside">${form}${said}${place}</section>` as HTMLElement, {
    lookAgain,
    dispose() {
      stopping.abort();
      opened?.model.inspector.dispose();
    }
  });
}

const fetchJson = async (url: string) => JSON.parse(await fetchText(url));
