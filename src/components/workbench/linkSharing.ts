import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {setText} from "../views/figure.js";
import {formatBytes} from "../views/format.js";
import {notice} from "../views/notice.js";
import type {CorpusChoice} from "./corpusChoice.js";
import {type LinkedSettings, type LinkedText, readLink, writeLink} from "./link.js";
import type {SettingsForm} from "./settingsForm.js";

/** What a link says, and what it fills in. */
export interface SharedForms {
  form: Pick<SettingsForm, "read" | "preset" | "take">;
  choice: Pick<CorpusChoice, "kind" | "own" | "tokenizer" | "take">;
  /** Shows the forms to the reader. */
  open(): void;
}

export interface LinkSharing {
  /** Copies a link to the settings as they are. */
  button: HTMLElement;
  /** What a link has set, and what of it could not be taken. */
  said: HTMLElement;
  /** The reader may have changed something. */
  changed(): void;
  dispose(): void;
}

/** ms; browsers refuse to have the address changed hundreds of times a minute. */
const PAUSE = 400;
/** Bytes of the largest text whose hash is computed unasked: it takes some tenths of a second. */
const HASHED_UNASKED = 5_000_000;

/**
 * Keeps the settings of the next run in the page's address, so that a copied address opens the page with them: read when the
 * page opens and when the address is changed by hand, and rewritten in place after each change of the reader's.
 */
export function linkSharing({form, choice, open}: SharedForms): LinkSharing {
  const status = html`<span class="button-said" role="status"></span>`;
  const copy = html`<button type="button" class="button">Copy link</button>` as HTMLButtonElement;
  const byHand = html`<input type="text" class="link-by-hand" readonly hidden
    aria-label="The link, to be copied by hand">` as HTMLInputElement;
  const arrived = html`<div></div>`;
  const text = html`<p class="figure-note" role="status"></p>`;
  const hashes = new WeakMap<Blob, Promise<string>>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let expected: Extract<LinkedText, {kind: "own"}> | null = null;
  let latest = "";

  /** Of the text as it was brought, normalised as a corpus is. */
  function hashOf(own: Blob): Promise<string> {
    let hash = hashes.get(own);
    if (!hash) {
      hash = import("../corpus/streamingCorpus.js").then(({streamSha256}) => streamSha256(own, "your text"));
      hashes.set(own, hash);
    }
    return hash;
  }

  /** Throws RangeError with a sentence when a setting is impossible. */
  async function link(isAsked: boolean): Promise<string> {
    const {kind, own, tokenizer} = choice;
    const settings = {...form.read(), preset: form.preset(), tokenizer};
    const linked: LinkedText =
      kind.kind === "own" && own
        ? {
            ...kind,
            bytes: own.size,
            ...((isAsked || own.size <= HASHED_UNASKED) && {sha256: await hashOf(own)})
          }
        : kind;
    return writeLink({...settings, text: linked});
  }

  async function write(isAsked = false): Promise<string> {
    const made = await link(isAsked);
    if (isAsked || made !== latest) history.replaceState(history.state, "", `#${made}`);
    latest = made;
    return made;
  }

  function changed(): void {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      // What is wrong with the settings stands beside them.
      write().catch(() => {});
      void compare();
    }, PAUSE);
  }

  copy.addEventListener("click", async () => {
    setText(status, "");
    byHand.hidden = true;
    copy.disabled = true;
    if ((choice.own?.size ?? 0) > HASHED_UNASKED) setText(status, "Reading your text, for its hash …");
    try {
      const made = await write(true);
      const address = `${location.origin}${location.pathname}#${made}`;
      await navigator.clipboard.writeText(address).then(
        () => setText(status, `Copied: ${made.length} characters of settings, and no text of yours.`),
        () => {
          byHand.value = address;
          byHand.hidden = false;
          setText(status, "The browser did not allow copying: copy the link from the field.");
        }
      );
    } catch (error) {
      setText(status, `There is no link to impossible settings: ${messageOf(error)}`);
    } finally {
      copy.disabled = false;
    }
  });

  /** Whether the reader's text is the one that the link names. */
  async function compare(): Promise<void> {
    const {kind, own} = choice;
    if (expected?.sha256 === undefined || kind.kind !== "own" || !own) return;
    const {sha256, bytes} = expected;
    try {
      const isWorthReading = own.size === bytes || own.size <= HASHED_UNASKED;
      const isSame = isWorthReading && (await hashOf(own)) === sha256;
      setText(
        text,
        isSame
          ? "Your text is the very one that the link names."
          : "Your text is another than the one that the link names: a run will come out differently."
      );
    } catch (error) {
      setText(text, messageOf(error));
    }
  }

  /** Fills the forms in from the address; whether there was a link in it. */
  function arrive(): boolean {
    const read = readLink(location.hash);
    if (!read) return false;
    const {settings, problems} = read;
    choice.take(settings.text, settings.tokenizer);
    form.take(settings);
    open();
    expected = settings.text.kind === "own" ? settings.text : null;
    const message = "The settings below are those of a link. Nothing begins until you press Start.";
    arrived.replaceChildren(
      notice({kind: "info", message: [message, ...wantedText(settings)].join(" ")}),
      ...problems.map((problem) => notice({kind: "warning", message: problem}))
    );
    setText(text, "");
    return true;
  }

  if (arrive()) latest = location.hash.slice(1);
  else
    link(false).then(
      (made) => {
        latest ||= made;
      },
      () => {}
    );
  addEventListener("hashchange", arrive);
  return {
    button: html`<span class="link-copy">${copy}${status}${byHand}</span>` as HTMLElement,
    said: html`<div>${arrived}${text}</div>` as HTMLElement,
    changed,
    dispose() {
      if (timer !== null) clearTimeout(timer);
      removeEventListener("hashchange", arrive);
    }
  };
}

/** Which text of its sender's own a link speaks of. */
function wantedText({text}: LinkedSettings): string[] {
  if (text.kind !== "own") return [];
  const facts = [
    ...(text.bytes === undefined ? [] : [formatBytes(text.bytes)]),
    ...(text.sha256 === undefined ? [] : [`SHA-256 beginning with ${text.sha256.slice(0, 12)}`])
  ];
  const which = facts.length > 0 ? ` (${facts.join(", ")})` : "";
  return [
    `They are of a run on a text of somebody’s own${which}, which a link does not hold: choose a text below.`
  ];
}
