import {html} from "htl";
import type {CorpusMeta} from "../corpus/meta.js";
import {characterLength} from "../text/characterLength.js";
import type {CorpusSource} from "../training/protocol.js";
import {setText, uniqueId} from "../views/figure.js";
import {fileDrop} from "../views/fileDrop.js";
import {formatBytes, formatCount} from "../views/format.js";

/** The largest text a reader may train on: some minutes of reading for the fastest engine, and safe to store. */
export const LARGEST_TEXT = 20_000_000;

export interface BuiltCorpus {
  meta: CorpusMeta;
  metaUrl: string;
  trainUrl: string;
  valUrl: string;
}

/** The site's own corpus, or a text that the reader pastes, drops or opens. `.value` is the source chosen. */
export function corpusChoice(built: BuiltCorpus): HTMLElement & {value: CorpusSource} {
  const group = uniqueId("corpus");
  const site: CorpusSource = {
    kind: "built",
    metaUrl: built.metaUrl,
    trainUrl: built.trainUrl,
    valUrl: built.valUrl
  };
  let own: CorpusSource | null = null;
  let length = 0;
  const siteRadio = html`<input type="radio" name=${group} value="site" checked>` as HTMLInputElement;
  const ownRadio = html`<input type="radio" name=${group} value="own">` as HTMLInputElement;
  const chosen = html`<p class="figure-reading" role="status"></p>`;
  const drop = fileDrop({
    label: "Your text",
    maxBytes: LARGEST_TEXT,
    onText(text, name) {
      own = {kind: "text", name, text};
      length = characterLength(text);
      ownRadio.checked = true;
      describe();
    }
  });
  const {counts, name} = built.meta;

  function describe(): void {
    drop.hidden = !ownRadio.checked;
    if (!ownRadio.checked) setText(chosen, "");
    else if (own?.kind !== "text") setText(chosen, "No text of yours is chosen yet.");
    else setText(chosen, `Chosen: ${own.name}, ${formatCount(length)} characters.`);
  }
  for (const radio of [siteRadio, ownRadio]) radio.addEventListener("change", describe);

  const node = html`<fieldset class="choice">
    <legend>Text to learn from</legend>
    <label>${siteRadio} This site's: ${name}, ${formatBytes(counts.bytes)}</label>
    <label>${ownRadio} My own</label>
    ${drop}${chosen}
  </fieldset>` as HTMLElement;
  describe();
  return Object.defineProperty(node, "value", {
    get() {
      if (!ownRadio.checked) return site;
      if (!own)
        throw new RangeError(
          "No text of yours is chosen yet: paste, drop or open one, and press “Use this text”."
        );
      return own;
    }
  }) as HTMLElement & {value: CorpusSource};
}
