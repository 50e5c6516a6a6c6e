import {html} from "htl";
import {dropTarget} from "./dropTarget.js";

/** A file and where it lay: "model/config.json" from a folder, its name alone otherwise. */
export interface DroppedFile {
  name: string;
  file: File;
}

/** Files of a folder that are looked at: more are no model's. */
const MOST_FILES = 2_000;

/** A place to drop or choose a model's files: a zip, some files, or a folder. `disabled` while one is being read. */
export function modelDrop(take: (files: DroppedFile[]) => void): HTMLElement & {disabled: boolean} {
  const files =
    html`<input type="file" multiple class="visually-hidden" accept=".zip,.safetensors,.json,.txt,.onnx">` as HTMLInputElement;
  const folder = html`<input type="file" class="visually-hidden">` as HTMLInputElement;
  folder.webkitdirectory = true;
  const node = html`<div class="drop">
    <p class="drop-hint">Drop a model here, or open one: a zip or folder that this site made, a run’s file, or a model in
      Hugging Face’s GPT-2 or Llama layout (config.json, model.safetensors and tokenizer.json, or vocab.json and
      merges.txt). It is read in this browser and sent nowhere.</p>
    <div class="button-row"><label class="button">Open files…${files}</label><label class="button">Open a folder…${folder}</label></div>
  </div>` as HTMLElement;

  for (const input of [files, folder])
    input.addEventListener("change", () => {
      const chosen = [...(input.files ?? [])].map((file) => ({
        name: file.webkitRelativePath || file.name,
        file
      }));
      input.value = "";
      if (chosen.length > 0) take(chosen.slice(0, MOST_FILES));
    });
  dropTarget(node, async (data) => {
    if (files.disabled) return;
    const dropped = await droppedFiles(data);
    if (dropped.length > 0) take(dropped);
  });
  return Object.defineProperty(node, "disabled", {
    get: () => files.disabled,
    set(disabled: boolean) {
      files.disabled = folder.disabled = disabled;
    }
  }) as HTMLElement & {disabled: boolean};
}

/** Folders are gone through to their ends. */
async function droppedFiles(data: DataTransfer | null): Promise<DroppedFile[]> {
  const found: DroppedFile[] = [];
  // All at once: after the first pause the browser has taken the rest away.
  const entries = [...(data?.items ?? [])].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (entries.every((entry) => entry === null))
    return [...(data?.files ?? [])].map((file) => ({name: file.name, file}));
  for (const entry of entries) if (entry) await collect(entry, found);
  return found;
}

async function collect(entry: FileSystemEntry, found: DroppedFile[]): Promise<void> {
  if (found.length >= MOST_FILES) return;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject)
    );
    found.push({name: entry.fullPath.replace(/^\//, ""), file});
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject)
    );
    if (some.length === 0) return; // it gives a hundred at a time
    for (const one of some) await collect(one, found);
  }
}
