/** A figure that can be given new data in place, so that a slider need not rebuild it. */
export type Figure<Data> = HTMLElement & {update(data: Data): void};

/** Adds `update` to a node; a `figure` is named by its own title, if it has one. */
export function asFigure<Data>(node: Element, update: (data: Data) => void): Figure<Data> {
  const title = node.tagName === "FIGURE" ? node.querySelector(".figure-title") : null;
  if (title && title.closest("figure") === node && !node.hasAttribute("aria-label")) {
    title.id ||= uniqueId("title");
    node.setAttribute("aria-labelledby", title.id);
  }
  return Object.assign(node as HTMLElement, {update});
}

let made = 0;

/** An id that no other figure of this page has, for `for`, `aria-labelledby` and the like. */
export function uniqueId(prefix: string): string {
  made += 1;
  return `${prefix}-${made}`;
}

/** Puts `text` into `node` only if it is new, so that a live region does not repeat itself. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
