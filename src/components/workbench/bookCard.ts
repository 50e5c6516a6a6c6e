import {html} from "htl";
import type {Removal} from "../corpus/cleanBookRemoval.js";
import {describeRemovals} from "../corpus/cleanBookReport.js";
import type {CorpusMeta} from "../corpus/meta.js";
import {readCorpusMeta} from "../corpus/readCorpus.js";
import {messageOf} from "../errorMessage.js";
import {formatCount} from "../views/format.js";
import {notice} from "../views/notice.js";

/** Where the book's description lies, and the report of what cleaning took out of it. */
export interface BookUrls {
  metaUrl: string;
  removedUrl: string;
}

/**
 * What the book is and what cleaning took out of it: fetched when `open` is first called, and again after a failure,
 * which it shows. `open` resolves to the book's description, or null.
 */
export function bookCard(urls: BookUrls): HTMLElement & {open(): Promise<CorpusMeta | null>} {
  const node = html`<div class="book-card" role="status"></div>` as HTMLElement;
  let opened: Promise<CorpusMeta | null> | null = null;

  async function load(): Promise<CorpusMeta | null> {
    node.replaceChildren("Fetching the book’s description …");
    try {
      const [meta, removed] = await Promise.all([fetchJson(urls.metaUrl), fetchJson(urls.removedUrl)]);
      const book = readCorpusMeta(meta);
      node.replaceChildren(...describe(book, removed as Removal[]));
      return book;
    } catch (error) {
      opened = null;
      const reason = messageOf(error);
      node.replaceChildren(
        notice({
          kind: "error",
          message: `The book could not be fetched (${reason}). Check the connection and choose it again, or take another text.`
        })
      );
      return null;
    }
  }
  return Object.assign(node, {
    open() {
      opened ??= load();
      return opened;
    }
  });
}

function describe({source, license, counts}: CorpusMeta, removed: readonly Removal[]): Element[] {
  return [
    html`<p class="figure-note">${source}: ${formatCount(counts.characters)} characters. ${license}</p>`,
    html`<details class="removed"><summary>What cleaning took out of it</summary>
      <ul>${describeRemovals(removed).map((sentence) => html`<li>${sentence}</li>`)}</ul></details>`
  ];
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.json();
}
