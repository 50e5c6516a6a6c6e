import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {setText} from "./figure.js";

/** How long "Copied" stays, in milliseconds. */
const ECHO = 1500;

/** A button. The handler is not an attribute, which the site's security policy forbids. */
export function button(label: string, press: () => void, isPrimary = false): HTMLButtonElement {
  const className = isPrimary ? "button button-primary" : "button";
  const node = html`<button type="button" class=${className}>${label}</button>` as HTMLButtonElement;
  node.addEventListener("click", press);
  return node;
}

/** Copies a text to the clipboard and says whether that worked. */
export function copyButton(text: string | (() => string), label = "Copy"): HTMLElement {
  const said = html`<span class="button-said" role="status"></span>`;
  const copy = button(label, async () => {
    try {
      await navigator.clipboard.writeText(typeof text === "function" ? text() : text);
      setText(said, "Copied");
    } catch {
      setText(said, "The browser did not allow copying; select the text and copy it by hand.");
    }
    setTimeout(() => setText(said, ""), ECHO);
  });
  return html`<span class="button-group">${copy}${said}</span>` as HTMLElement;
}

type Bytes = Uint8Array | Blob;

/**
 * Saves bytes as a file. A function is asked for them on the click, so that they are made only when wanted, and then for
 * the file's name.
 */
export function downloadButton(
  bytes: Bytes | (() => Bytes | Promise<Bytes>),
  name: string | (() => string),
  label = `Download ${name}`
): HTMLElement {
  const said = html`<span class="button-said" role="status"></span>`;
  const download = button(label, async () => {
    download.disabled = true;
    setText(said, "");
    try {
      const made = typeof bytes === "function" ? await bytes() : bytes;
      save(made, typeof name === "function" ? name() : name);
    } catch (error) {
      setText(said, `The file could not be made: ${messageOf(error)}`);
    } finally {
      download.disabled = false;
    }
  });
  return html`<span class="button-group">${download}${said}</span>` as HTMLElement;
}

function save(bytes: Bytes, name: string): void {
  const blob = bytes instanceof Blob ? bytes : new Blob([bytes as Uint8Array<ArrayBuffer>]);
  const url = URL.createObjectURL(blob);
  const link = html`<a href=${url} download=${name}></a>` as HTMLAnchorElement;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
