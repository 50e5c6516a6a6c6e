import {html} from "htl";
import {messageOf} from "../../errorMessage.js";
import type {ImportedFacts, KeptModel} from "../../exchange/opening/importedStore.js";
import type {Imported} from "../../exchange/protocol.js";
import {button} from "../../views/buttons.js";
import {formatBytes, formatCount} from "../../views/format.js";
import {type DroppedFile, modelDrop} from "../../views/modelDrop.js";
import {progressBar} from "../../views/progressBar.js";
import {isAbort} from "../aborted.js";
import {say} from "./panel.js";

export interface ImportPanelOptions {
  onOpened(opened: KeptModel): void;
  /** For tests: what reads files; by default a worker, fetched with the first files. */
  open?: (
    files: DroppedFile[],
    options: {
      signal: AbortSignal;
      onProgress(progress: {label: string; done: number; total: number}): void;
    }
  ) => Promise<Imported>;
}

/** A model from the reader's files: drop, progress, a way to stop, and what came of it. */
export function importPanel({onOpened, open = openInWorker}: ImportPanelOptions): HTMLElement {
  const drop = modelDrop((files) => void read(files));
  const bar = progressBar({label: "Reading the model", done: 0, total: null, unit: "bytes"});
  let reading: AbortController | null = null;
  const cancel = button("Cancel", () => reading?.abort());
  const loading = html`<div class="model-loading" hidden>${bar}${cancel}</div>` as HTMLElement;
  const said = html`<p class="drop-said" role="status" hidden></p>` as HTMLElement;
  const problem = html`<p class="drop-problem" role="alert" hidden></p>` as HTMLElement;

  async function read(files: DroppedFile[]): Promise<void> {
    if (reading) return;
    reading = new AbortController();
    say(problem, []);
    say(said, []);
    drop.disabled = true;
    loading.hidden = false;
    try {
      const {
        facts,
        file,
        problem: notKept
      } = await open(files, {
        signal: reading.signal,
        onProgress: (progress) => bar.update({...progress, unit: "bytes"})
      });
      say(said, [inWords(facts), ...facts.remarks, notKept]);
      onOpened({facts, file});
    } catch (error) {
      if (isAbort(error)) say(said, ["Reading was stopped; nothing has changed."]);
      else say(problem, [messageOf(error), "The model in use stays."]);
    } finally {
      reading = null;
      drop.disabled = false;
      loading.hidden = true;
    }
  }

  return html`<details class="model-files"><summary>Open a model from files</summary>
    ${drop}${loading}${said}${problem}
  </details>` as HTMLElement;
}

const openInWorker: NonNullable<ImportPanelOptions["open"]> = async (files, options) =>
  (await import("../../exchange/client.js")).importModel(files, options);

function inWords({name, config, bytes}: ImportedFacts): string {
  const {nLayer, nHead, nEmbd, blockSize, vocabSize} = config;
  return `Opened ${name}: ${formatCount(nLayer)} layers of ${formatCount(nHead)} heads, width ${formatCount(nEmbd)}, context ${formatCount(blockSize)}, ${formatCount(vocabSize)} tokens, ${formatBytes(bytes)}.`;
}
