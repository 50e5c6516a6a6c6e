import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {setText} from "./figure.js";
import {notice} from "./notice.js";

export interface LazyFigureOptions {
  /** The room that is kept until the figure is there, in CSS pixels. */
  height: number;
  /** How far below the window it may still be when it is loaded. */
  margin?: number;
}

/** A figure that is there sooner is not announced, so that nothing flickers; milliseconds. */
const SOON = 300;

/**
 * A figure whose code is fetched when it comes near the window; at once where nobody can tell. While that takes long it
 * says so, and when it fails, what to do. `dispose` ends what the figure does, or keeps it from being made.
 */
export function lazyFigure(
  load: () => Promise<HTMLElement & {dispose?(): void}>,
  {height, margin = 600}: LazyFigureOptions
): HTMLElement & {dispose(): void} {
  let figure: (HTMLElement & {dispose?(): void}) | null = null;
  let isOver = false;
  const waiting = html`<p class="figure-note" role="status"></p>`;
  // A flow root's height is its own: margins of what comes and goes in it move nothing.
  const node =
    html`<div style=${`min-height: ${height}px; display: flow-root`}>${waiting}</div>` as HTMLElement;

  async function show(): Promise<void> {
    setText(waiting, "");
    node.replaceChildren(waiting);
    const timer = setTimeout(() => setText(waiting, "This figure is being loaded …"), SOON);
    try {
      const made = await load();
      if (isOver) return made.dispose?.();
      figure = made;
      node.replaceChildren(made);
      node.removeAttribute("style");
    } catch (error) {
      // Many browsers remember that a module could not be fetched, and do not ask again before the page is reloaded.
      const message = `This figure could not be loaded. If you are offline, connect and try again; should that not help, reload the page. The browser’s words: ${messageOf(error)}`;
      node.replaceChildren(notice({kind: "error", message, action: {label: "Try again", run: show}}));
    } finally {
      clearTimeout(timer);
    }
  }

  let watcher: IntersectionObserver | null = null;
  if (typeof IntersectionObserver === "function") {
    watcher = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({isIntersecting}) => isIntersecting)) return;
        watcher?.disconnect();
        void show();
      },
      {rootMargin: `${margin}px`}
    );
    watcher.observe(node);
  } else void show();

  return Object.assign(node, {
    dispose() {
      isOver = true;
      watcher?.disconnect();
      figure?.dispose?.();
    }
  });
}
