import {html} from "htl";
import type {CorpusMeta} from "../corpus/meta.js";
import {characterLength} from "../text/characterLength.js";
import type {CorpusSource} from "../training/protocol.js";
import {setText, uniqueId} from "../views/figure.js";
import {fileDrop} from "../views/fileDrop.js";
import {formatBytes, formatCount} from "../views/format.js";
import {type BookUrls, bookCard} from "./bookCard.js";
import type {Vocabulary} from "./settingsForm.js";
import {tokenizerSelect} from "./tokenizerSelect.js";
import {kindOf, vocabularySize} from "./tokenizerWords.js";

/** The largest text a reader may train on: some minutes of reading for the fastest engine, and safe to store. */
export const LARGEST_TEXT = 20_000_000;

interface CorpusUrls {
  metaUrl: string;
  trainUrl: string;
  valUrl: string;
}

/** The texts that come with the site; of the book nothing is fetched until it is chosen. */
export interface SiteTexts {
  site: CorpusUrls & {meta: CorpusMeta};
  book: CorpusUrls & BookUrls & {name: string};
}

export type CorpusChoice = HTMLElement & {
  /** Throws RangeError with a sentence when no text is chosen yet or the tokenizer is impossible. */
  readonly value: CorpusSource;
  readonly vocabulary: Vocabulary;
};

/** The site's own corpus, a book, or a text that the reader pastes, drops or opens; and how to cut it into tokens. */
export function corpusChoice({site, book}: SiteTexts, onChange: () => void = () => {}): CorpusChoice {
  const group = uniqueId("corpus");
  const radio = (value: string) =>
    html`<input type="radio" name=${group} value=${value} checked=${value === "site"}>` as HTMLInputElement;
  const [siteRadio, bookRadio, ownRadio] = [radio("site"), radio("book"), radio("own")];
  const cleanBox = html`<input type="checkbox" name="isBook">` as HTMLInputElement;
  const tokenizer = tokenizerSelect(site.meta.tokenizer);
  const card = bookCard(book);
  const chosen = html`<p class="figure-reading" role="status"></p>`;
  let own: {name: string; text: string; length: number} | null = null;
  let bookMeta: CorpusMeta | null = null;
  const drop = fileDrop({
    label: "Your text",
    maxBytes: LARGEST_TEXT,
    onText(text, name) {
      own = {name, text, length: characterLength(text)};
      ownRadio.checked = true;
      change();
    }
  });
  const clean =
    html`<label class="clean-book">${cleanBox} Clean it as a book: takes out a licence header and footer,
    and makes line ends, quotation marks and dashes plain</label>` as HTMLElement;

  function describe(): void {
    for (const node of [drop, clean, chosen]) (node as HTMLElement).hidden = !ownRadio.checked;
    card.hidden = !bookRadio.checked;
    setText(
      chosen,
      own ? `Chosen: ${own.name}, ${formatCount(own.length)} characters.` : "No text of yours is chosen yet."
    );
  }
  function change(): void {
    describe();
    onChange();
  }

  function value(): CorpusSource {
    const cut = {tokenizer: tokenizer.value};
    if (ownRadio.checked) {
      if (!own)
        throw new RangeError(
          "No text of yours is chosen yet: paste, drop or open one, and press “Use this text”."
        );
      return {kind: "text", name: own.name, text: own.text, isBook: cleanBox.checked, ...cut};
    }
    const {metaUrl, trainUrl, valUrl} = bookRadio.checked ? book : site;
    return {kind: "built", metaUrl, trainUrl, valUrl, ...cut};
  }

  function vocabulary(): Vocabulary {
    const {unit} = tokenizer;
    const built = ownRadio.checked ? null : bookRadio.checked ? bookMeta : site.meta;
    if (unit === "character") {
      const known = built && kindOf(built.tokenizer) === "character" ? built : null;
      return {size: vocabularySize((known ?? site.meta).tokenizer), unit, isGuess: known === null};
    }
    try {
      const choice = tokenizer.value;
      return {size: choice.kind === "character" ? 0 : choice.vocabularySize, unit, isGuess: false};
    } catch {
      return {size: vocabularySize(site.meta.tokenizer), unit, isGuess: true};
    }
  }

  for (const choice of [siteRadio, ownRadio]) choice.addEventListener("change", change);
  bookRadio.addEventListener("change", async () => {
    change();
    bookMeta = await card.open();
    onChange();
  });
  tokenizer.addEventListener("input", onChange);
  tokenizer.addEventListener("change", onChange);

  const {counts, name} = site.meta;
  const node = html`<fieldset class="choice">
    <legend>Text to learn from</legend>
    <label>${siteRadio} This site's: ${name}, ${formatBytes(counts.bytes)}</label>
    <label>${bookRadio} A book: ${book.name}</label>
    <label>${ownRadio} My own</label>
    ${card}${drop}${clean}${chosen}${tokenizer}
  </fieldset>` as HTMLElement;
  describe();
  return Object.defineProperties(node, {value: {get: value}, vocabulary: {get: vocabulary}}) as CorpusChoice;
}
