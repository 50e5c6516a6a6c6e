import {html} from "htl";
import {type Chapter, chapters} from "./chapters.js";

export interface ConceptEntry {
  term: string;
  places: {chapter: Chapter; anchor: string | undefined}[];
}

/** Every concept of the book in alphabetical order, with the chapters that explain it in reading order. */
export function conceptEntries(book: readonly Chapter[] = chapters): ConceptEntry[] {
  const entries = new Map<string, ConceptEntry>();
  for (const chapter of book)
    for (const {term, anchor} of chapter.concepts) {
      // Chapters may write one term with or without a capital.
      const key = term.toLowerCase();
      const entry = entries.get(key) ?? {term, places: []};
      entry.places.push({chapter, anchor});
      entries.set(key, entry);
    }
  return [...entries.values()].sort((a, b) => a.term.localeCompare(b.term, "en"));
}

/** The same as a list one can narrow by typing. */
export function conceptIndex(): HTMLElement {
  const entries = conceptEntries();
  const box =
    html`<input type="search" placeholder="Find a term" aria-label="Find a term">` as HTMLInputElement;
  const count = html`<p class="figure-reading" role="status"></p>`;
  const items = entries.map(({term, places}) => ({
    term,
    node: html`<li><span>${term}</span> ${places.map(
      ({chapter, anchor}, i) =>
        html`${i > 0 ? ", " : ""}<a href=${`./${chapter.path}.html${anchor ? `#${anchor}` : ""}`}>${chapter.number}. ${chapter.title}</a>`
    )}</li>` as HTMLElement
  }));
  function narrow(): void {
    const wanted = box.value.trim().toLowerCase();
    let shown = 0;
    for (const {term, node} of items) {
      node.hidden = !term.toLowerCase().includes(wanted);
      if (!node.hidden) shown += 1;
    }
    count.textContent = `${shown} of ${items.length} terms`;
  }
  box.addEventListener("input", narrow);
  narrow();
  return html`<div class="concepts">${box}${count}<ul>${items.map(({node}) => node)}</ul></div>` as HTMLElement;
}
