import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {dropTarget} from "./dropTarget.js";
import {setText, uniqueId} from "./figure.js";
import {formatBytes} from "./format.js";

export interface FileDropOptions {
  label: string;
  /** The largest text taken, in bytes of UTF-8. */
  maxBytes: number;
  /** What the file chooser offers. */
  accept?: string;
  /** A text that passed every check, and the file's name, or "your text", "pasted text", "dropped text". */
  onText: (text: string, name: string) => void;
  /** Where larger files are taken too: as they are, to be read piece by piece. */
  large?: LargeFiles;
}

export interface LargeFiles {
  /** Files of more bytes than this are handed over instead of read. */
  above: number;
  /** The largest file taken, in bytes. */
  maxBytes: number;
  /** A file whose beginning is UTF-8 text; the rest is not known. */
  onFile: (file: File) => void;
}

/** A text's name, and how a sentence calls it: at its beginning and within. */
interface Origin {
  name: string;
  subject: string;
  object: string;
}
const TYPED: Origin = {name: "your text", subject: "Your text", object: "your text"};
const PASTED: Origin = {name: "pasted text", subject: "The pasted text", object: "the pasted text"};
const DROPPED: Origin = {name: "dropped text", subject: "The dropped text", object: "the dropped text"};

/** Longer pastes are taken as a file would be: a text area with megabytes in it stalls the page. */
const LONGEST_EDITABLE = 50_000;

/** What of a large file is looked at before it is taken, in bytes. */
const BEGINNING = 65_536;

/**
 * The text in the bytes of a file. Throws RangeError, with a sentence for the reader, when there are too many
 * bytes, when there is nothing but white space, or when they are not UTF-8 text.
 */
export function textFromBytes(bytes: Uint8Array, name: string, maxBytes: number): string {
  checkSize(bytes.byteLength, name, maxBytes);
  const text = decode(bytes, name);
  if (text.trim() === "") throw new RangeError(`${name} is empty. Write something, or choose another file.`);
  return text;
}

/** UTF-8 as text; `stream` where the bytes may end in the middle of a character. */
function decode(bytes: Uint8Array, name: string, stream = false): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", {fatal: true}).decode(bytes, {stream});
  } catch {
    throw new RangeError(`${name} is not UTF-8 text. Save it as plain text in UTF-8 and open it again.`);
  }
  if (text.includes("\0"))
    throw new RangeError(`${name} is not a text: it holds zero bytes. Open a plain text file.`);
  return text;
}

function checkSize(bytes: number, name: string, maxBytes: number): void {
  if (bytes > maxBytes)
    throw new RangeError(
      `${name} is ${formatBytes(bytes)}; at most ${formatBytes(maxBytes)} can be used here. Choose a shorter text or a part of it.`
    );
}

/** Takes a text that is typed, pasted, dropped or opened, and never sends it anywhere. */
export function fileDrop(options: FileDropOptions): HTMLElement {
  const {label, maxBytes, accept = ".txt,.md,.csv,.json,text/*", onText, large} = options;
  const [areaId, hintId] = [uniqueId("text"), uniqueId("hint")];
  const area =
    html`<textarea id=${areaId} rows="5" spellcheck="false" aria-describedby=${hintId}></textarea>` as HTMLTextAreaElement;
  const file =
    html`<input type="file" class="visually-hidden" accept=${accept} aria-label="Open a text file">` as HTMLInputElement;
  const use = html`<button type="button" class="button">Use this text</button>`;
  const said = html`<p class="drop-said" role="status"></p>`;
  const problem = html`<p class="drop-problem" role="alert"></p>`;
  const node = html`<div class="drop">
    <label class="drop-label" for=${areaId}>${label}</label>
    ${area}
    <p class="drop-hint" id=${hintId}>Type or paste, drop a file here, or open one: plain text, at most
      ${formatBytes(maxBytes)}${large ? ` pasted and ${formatBytes(large.maxBytes)} in a file` : ""}. It stays in this
      browser.</p>
    <div class="button-row">${use}<label class="button">Open a file…${file}</label></div>
    ${said}${problem}
  </div>` as HTMLElement;

  function take(bytes: Uint8Array, {name, subject, object}: Origin): void {
    try {
      const text = textFromBytes(bytes, subject, maxBytes);
      setText(problem, "");
      setText(said, `Took ${object}, ${formatBytes(bytes.byteLength)}.`);
      onText(text, name);
    } catch (error) {
      refuse(error);
    }
  }
  function refuse(error: unknown): void {
    setText(said, "");
    setText(problem, messageOf(error));
  }
  async function open(chosen: File | undefined): Promise<void> {
    if (!chosen) return;
    const {name, size} = chosen;
    try {
      checkSize(size, name, large?.maxBytes ?? maxBytes);
      if (large && size > large.above) {
        decode(new Uint8Array(await chosen.slice(0, BEGINNING).arrayBuffer()), name, true);
        setText(problem, "");
        setText(said, `Took ${name}, ${formatBytes(size)}.`);
        large.onFile(chosen);
      } else take(new Uint8Array(await chosen.arrayBuffer()), {name, subject: name, object: name});
    } catch (error) {
      refuse(error);
    }
  }

  use.addEventListener("click", () => take(new TextEncoder().encode(area.value), TYPED));
  file.addEventListener("change", async () => {
    await open(file.files?.[0]);
    file.value = "";
  });
  area.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text.length <= LONGEST_EDITABLE) return;
    event.preventDefault();
    take(new TextEncoder().encode(text), PASTED);
  });
  dropTarget(node, (dropped) => {
    if (dropped?.files.length) void open(dropped.files[0]);
    else if (dropped) take(new TextEncoder().encode(dropped.getData("text/plain")), DROPPED);
  });
  return node;
}
