import {html} from "htl";
import {chapterAt} from "./chapters.js";

/** Where the contents of an old page went. */
export interface Moved {
  /** The chapter that has them now: `lab`. */
  to: string;
  /** Its heading to arrive at, where the old address names none: `attend`. */
  anchor?: string;
  /** Chapters of what went elsewhere, by its old heading's or figure's name: `{"many-workers": "scale"}`. */
  elsewhere?: Readonly<Record<string, string>>;
}

/**
 * Leads an old page's visitors on to the chapter that its contents are in, in place of the old page in the tab's
 * history, and returns a sentence with the same link. Query and hash are kept: they may be a run's settings. Throws
 * RangeError for a chapter that does not exist.
 */
export function movedTo(
  {to, anchor, elsewhere = {}}: Moved,
  location: Pick<Location, "search" | "hash" | "replace"> = window.location
): HTMLElement {
  const {search, hash} = location;
  const wanted = new URLSearchParams(search).get("figure") ?? hash.slice(1);
  const other = Object.hasOwn(elsewhere, wanted) ? elsewhere[wanted] : undefined;
  const {path, number, title} = chapterAt(other ?? to);
  const address = `./${path}.html${search}${hash || (anchor && !search && !other ? `#${anchor}` : "")}`;
  location.replace(address);
  return html`<p class="moved">What was here is now in chapter ${number}, <a href=${address}>${title}</a>.</p>` as HTMLElement;
}
