import {html} from "htl";
import {chapters} from "./chapters.js";

/** The table of contents: every chapter with its one idea. */
export function contents(): HTMLElement {
  return html`<ol class="contents">${chapters.map(
    ({path, title, idea}) => html`<li><a href=${`./${path}.html`}>${title}</a><span>${idea}</span></li>`
  )}</ol>` as HTMLElement;
}
