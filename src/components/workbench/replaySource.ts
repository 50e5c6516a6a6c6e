import {readCorpusMeta} from "../corpus/readCorpus.js";
import {neededText, type ReceiptText} from "../exchange/receipt.js";
import type {RunSource} from "../training/protocol.js";
import type {CorpusChoice, SiteTexts} from "./corpusChoice.js";

/**
 * The text that a receipt is of, among those of the site and the reader's own; whether their own is the one, the worker
 * finds out when it has read it. Rejects with a sentence that says which text is needed.
 */
export async function replaySource(
  needed: ReceiptText,
  {site, book}: SiteTexts,
  choice: Pick<CorpusChoice, "kind" | "own" | "value">
): Promise<RunSource> {
  const built = ({metaUrl, trainUrl, valUrl}: SiteTexts["site"] | SiteTexts["book"]): RunSource => ({
    kind: "built",
    metaUrl,
    trainUrl,
    valUrl
  });
  if (needed.sha256 === site.meta.sha256) return built(site);
  if (needed.sha256 === (await bookSha256(book.metaUrl))) return built(book);
  if (choice.kind.kind === "own" && choice.own) return choice.value;
  throw new RangeError(
    `The receipt is of neither of this site’s texts, and no text of yours is chosen. ${neededText(needed)} Choose it above, under “A new run”, as “My own” (cleaned as a book, if it was), and try again.`
  );
}

/** null where the book cannot be fetched. */
async function bookSha256(url: string): Promise<string | null> {
  try {
    return readCorpusMeta(await (await fetch(url)).json()).sha256;
  } catch {
    return null;
  }
}
