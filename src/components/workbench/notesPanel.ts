import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {NOTES_LIMIT} from "../training/notes.js";
import {asFigure, type Figure, setText, uniqueId} from "../views/figure.js";
import {notice} from "../views/notice.js";
import type {RunState} from "./runState.js";

/** Where notes are kept, by their run. */
export interface NotesStore {
  read(runId: string): Promise<string>;
  write(runId: string, notes: string): Promise<void>;
  /** What is written about the run that is shown is this now, and stored. */
  changed(notes: string): void;
}

export type NotesPanel = Figure<RunState> & {
  /** Resolves when what stands in the field is stored, or could not be. */
  flush(): Promise<void>;
  dispose(): void;
};

/** ms after the last key until it is stored. */
const PAUSE = 600;

/** The reader's notes on the run that is shown: plain text, stored while they write. */
export function notesPanel(initial: RunState, store: NotesStore, page: EventTarget = document): NotesPanel {
  const id = uniqueId("notes");
  const field = html`<textarea id=${id} rows="3" maxlength=${NOTES_LIMIT} disabled
    placeholder="What you try here, and what came of it"></textarea>` as HTMLTextAreaElement;
  const said = html`<p class="figure-note" role="status"></p>`;
  const complaint = html`<div></div>`;
  let shown: RunState["run"] | RunState["stored"] = null;
  let runId: string | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  /** What is stored of the run that is shown; null until that is known. */
  let stored: string | null = null;

  async function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const [run, text] = [runId, field.value];
    if (run === null || stored === null || text === stored) return;
    try {
      await store.write(run, text);
      if (run !== runId) return;
      stored = text;
      complaint.replaceChildren();
      setText(said, "Kept in this browser.");
      store.changed(text);
    } catch (error) {
      if (run !== runId) return;
      setText(said, "");
      const message = `Your notes could not be stored: ${messageOf(error)} They stay in the field.`;
      complaint.replaceChildren(notice({kind: "error", message, action: {label: "Try again", run: flush}}));
    }
  }

  /** Storage that refuses is told of when it is written to. */
  const read = (run: string) => store.read(run).catch(() => "");

  /** Shows what is written about a run; the field of one that is shown already stays as it is being written in. */
  async function show(next: string, isNew: boolean): Promise<void> {
    if (!isNew) await flush();
    const found = await read(next);
    if (next !== runId || (!isNew && field.value !== stored)) return;
    stored = found;
    field.value = found;
    field.disabled = false;
    store.changed(found);
  }

  function update(state: RunState): void {
    const next = state.run ?? state.stored;
    if (next === shown) return;
    shown = next;
    const isNew = next?.runId !== runId;
    node.hidden = next === null;
    if (isNew) {
      void flush();
      runId = next?.runId ?? null;
      stored = null;
      field.value = "";
      field.disabled = true;
      complaint.replaceChildren();
      setText(said, "");
    }
    if (next) void show(next.runId, isNew);
  }

  const leave = () => void flush();
  field.addEventListener("input", () => {
    setText(said, "");
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(leave, PAUSE);
  });
  field.addEventListener("change", leave);
  page.addEventListener("visibilitychange", leave);
  const node = html`<section class="notes" aria-label="Notes" hidden>
    <label for=${id}>Notes on this run</label>
    ${field}${said}${complaint}
  </section>` as HTMLElement;
  update(initial);
  return Object.assign(asFigure(node, update), {
    flush,
    dispose() {
      void flush();
      page.removeEventListener("visibilitychange", leave);
    }
  });
}
