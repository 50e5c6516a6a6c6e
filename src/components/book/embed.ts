import {html} from "htl";

/**
 * Any figure of a page can stand alone in another site's frame: `attention.html?figure=scores` shows only the
 * element with the id `figure-scores`, with a line that links back. Call it once the page's figures are in place;
 * without `?figure=` it does nothing.
 */
export function showOnlyFigure(search = location.search, page: Document = document): void {
  const name = new URLSearchParams(search).get("figure");
  if (name === null) return;
  const main = page.querySelector("#observablehq-main");
  const figure = page.getElementById(`figure-${name}`);
  if (!main || !figure) return;
  let top: Element = figure;
  while (top.parentElement && top.parentElement !== main) top = top.parentElement;
  top.classList.add("embedded-figure");
  page.body.classList.add("embedded");
  const address = page.location.pathname.split("/").pop() ?? "";
  main.append(
    html`<p class="embed-credit">From <a href=${`${address}#figure-${name}`} target="_blank" rel="noopener">${page.title}</a></p>`
  );
}
