import {html} from "htl";
import {chapterAt, chapters} from "./chapters.js";
import {holdPlace} from "./holdPlace.js";

/** What stands above a chapter: its number and the one idea. */
export function chapterHead(path: string): HTMLElement {
  const {number, idea} = chapterAt(path);
  return html`<p class="chapter-head"><span class="chapter-number">Chapter ${number}</span> ${idea}</p>` as HTMLElement;
}

/** What stands below it: the way back and on. As the page's end it also holds the place that the address names. */
export function chapterNav(path: string): HTMLElement {
  holdPlace();
  const {number} = chapterAt(path);
  const [before, after] = [chapters[number - 2], chapters[number]];
  const link = (
    chapter: (typeof chapters)[number] | undefined,
    rel: "prev" | "next",
    otherwise: [string, string]
  ) =>
    chapter
      ? html`<a rel=${rel} href=${`./${chapter.path}.html`}><span>${rel === "prev" ? "Before" : "Next"}</span>${chapter.number}. ${chapter.title}</a>`
      : html`<a rel=${rel} href=${otherwise[0]}><span>${rel === "prev" ? "Before" : "Next"}</span>${otherwise[1]}</a>`;
  return html`<nav class="chapter-nav" aria-label="Chapters">
    ${link(before, "prev", ["./index.html", "Home"])}${link(after, "next", ["./concepts.html", "Concepts"])}
  </nav>` as HTMLElement;
}
