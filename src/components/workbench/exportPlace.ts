import {html} from "htl";
import type {ExportedModel, RunFacts} from "../training/protocol.js";
import {type Work, work} from "./work.js";

/** Where the lab shows an export: first how far it is, then the model. */
export class ExportPlace {
  readonly node = html`<section aria-label="Exported model"></section>` as HTMLElement;
  #work: Work | null = null;
  /** Ends what the model shown has under way. */
  #shown = new AbortController();

  constructor(private readonly stop: () => void) {}

  /** Takes away what is shown. */
  clear(): void {
    this.#shown.abort();
    this.#shown = new AbortController();
    this.#work = null;
    this.node.replaceChildren();
  }

  progress(done: number, total: number): void {
    const progress = {label: "Asking the trainer, to check the file against", done, total, unit: "tokens"};
    if (!this.#work) {
      this.clear();
      this.#work = work(progress, this.stop);
      this.node.append(this.#work.node);
    }
    this.#work.update(progress);
  }

  /** Whatever was to come does not: the worker has ended, or has complained. */
  giveUp(): void {
    if (this.#work) this.clear();
  }

  stopped(): void {
    this.clear();
    this.node.append(html`<p role="status">The export was stopped; there is no file.</p>`);
  }

  /** What shows a model is fetched when there is one. */
  async show(model: ExportedModel, run: RunFacts): Promise<void> {
    this.clear();
    const {signal} = this.#shown;
    const {exportPanel} = await import("./exportPanel.js");
    if (!signal.aborted) this.node.append(exportPanel(model, run, signal));
  }
}
