import {html} from "htl";
import type {CorpusMeta} from "../corpus/meta.js";
import {characterLength} from "../text/characterLength.js";
import type {TokenizerChoice} from "../text/tokenizerChoice.js";
import {LARGEST_FILE, LARGEST_WHOLE, STREAMED_FROM} from "../training/corpusLimits.js";
import type {RunSource} from "../training/protocol.js";
import {setText, uniqueId} from "../views/figure.js";
import {fileDrop} from "../views/fileDrop.js";
import {formatBytes, formatCount} from "../views/format.js";
import {type BookUrls, bookCard} from "./bookCard.js";
import type {Vocabulary} from "./settingsForm.js";
import {tokenizerSelect} from "./tokenizerSelect.js";
import {kindOf, vocabularySize} from "./tokenizerWords.js";

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
  readonly value: ChosenSource;
  readonly vocabulary: Vocabulary;
  /** Which text is chosen; of the reader's own, whether it is cleaned. */
  readonly kind: TextKind;
  /** The reader's text, before any cleaning, where one is chosen. */
  readonly own: Blob | null;
  /** How the text is cut. Throws RangeError for an impossible vocabulary. */
  readonly tokenizer: TokenizerChoice;
  /** Chooses as if the reader had; a text of their own is still theirs to bring. */
  take(kind: TextKind, tokenizer: TokenizerChoice): void;
};

export type TextKind = {kind: "site"} | {kind: "book"} | {kind: "own"; isBook?: boolean};

type ChosenSource = RunSource & {tokenizer: TokenizerChoice};

/** The same with one token more, which fills up the rows of batches that are not full. */
export const withPadding = (source: ChosenSource): ChosenSource => ({
  ...source,
  tokenizer: {...source.tokenizer, padding: true}
});

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
  let own: {name: string; text: string; length: number} | File | null = null;
  let ownBytes: Blob | null = null;
  let bookMeta: CorpusMeta | null = null;
  const drop = fileDrop({
    label: "Your text",
    maxBytes: LARGEST_WHOLE,
    onText: (text, name) => take({name, text, length: characterLength(text)}),
    large: {above: STREAMED_FROM, maxBytes: LARGEST_FILE, onFile: take}
  });
  const clean =
    html`<label class="clean-book">${cleanBox} Clean it as a book: takes out a licence header and footer,
    and makes line ends, quotation marks and dashes plain (a text of at most ${formatBytes(LARGEST_WHOLE)}, which is
    then read whole)</label>` as HTMLElement;

  function take(text: NonNullable<typeof own>): void {
    own = text;
    ownBytes = text instanceof File ? text : new Blob([text.text]);
    ownRadio.checked = true;
    cleanBox.disabled = text instanceof File && text.size > LARGEST_WHOLE;
    change();
  }
  function describe(): void {
    for (const node of [drop, clean, chosen]) (node as HTMLElement).hidden = !ownRadio.checked;
    card.hidden = !bookRadio.checked;
    setText(chosen, own ? `Chosen: ${inWords(own)}` : "No text of yours is chosen yet.");
  }
  function change(): void {
    describe();
    onChange();
  }

  function kind(): TextKind {
    if (!ownRadio.checked) return {kind: bookRadio.checked ? "book" : "site"};
    return {kind: "own", ...(cleanBox.checked && !cleanBox.disabled && {isBook: true})};
  }

  function takeChoice(text: TextKind, cut: TokenizerChoice): void {
    ({site: siteRadio, book: bookRadio, own: ownRadio})[text.kind].checked = true;
    if (text.kind === "own") cleanBox.checked = text.isBook === true;
    tokenizer.take(cut);
    if (bookRadio.checked) void openBook();
    else change();
  }

  async function openBook(): Promise<void> {
    change();
    bookMeta = await card.open();
    onChange();
  }

  function value(): ChosenSource {
    const cut = {tokenizer: tokenizer.value};
    if (ownRadio.checked) {
      if (!own)
        throw new RangeError(
          "No text of yours is chosen yet: paste, drop or open one, and press “Use this text”."
        );
      const {name} = own;
      const isBook = cleanBox.checked && !cleanBox.disabled;
      return own instanceof File
        ? {kind: "file", name, file: own, isBook, ...cut}
        : {kind: "text", name, text: own.text, isBook, ...cut};
    }
    const {metaUrl, trainUrl, valUrl} = bookRadio.checked ? book : site;
    return {kind: "built", metaUrl, trainUrl, valUrl, ...cut};
  }

  function vocabulary(): Vocabulary {
    const {unit} = tokenizer;
    const built = ownRadio.checked ? null : bookRadio.checked ? bookMeta : site.meta;
    if (unit === "character") {
      const known = built && kindOf(built.tokenizer) === "character" ? built : null;
      const trainTokens = known?.counts.train;
      return {
        size: vocabularySize((known ?? site.meta).tokenizer),
        unit,
        isGuess: known === null,
        trainTokens
      };
    }
    try {
      const choice = tokenizer.value;
      return {size: choice.kind === "character" ? 0 : choice.vocabularySize, unit, isGuess: false};
    } catch {
      return {size: vocabularySize(site.meta.tokenizer), unit, isGuess: true};
    }
  }

  for (const choice of [siteRadio, ownRadio]) choice.addEventListener("change", change);
  bookRadio.addEventListener("change", openBook);
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
  return Object.defineProperties(node, {
    value: {get: value},
    vocabulary: {get: vocabulary},
    kind: {get: kind},
    own: {get: () => ownBytes},
    tokenizer: {get: () => tokenizer.value},
    take: {value: takeChoice}
  }) as CorpusChoice;
}

const inWords = (own: {name: string; length: number} | File): string =>
  own instanceof File
    ? `${own.name}, ${formatBytes(own.size)}, read piece by piece when the run begins.${
        own.size > LARGEST_WHOLE ? " It is too large to be cleaned as a book." : ""
      }`
    : `${own.name}, ${formatCount(own.length)} characters.`;
