import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {notice} from "./notice.js";

export interface LazyFigureOptions {
  /** The room that is kept until the figure is there, in CSS pixels. */
  height: number;
  /** How far below the window it may still be when it is loaded. */
  margin?: number;
}

/**
 * A figure whose code is fetched when it comes near the window; at once where nobody can tell. `dispose` ends what the
 * figure does, or keeps it from being made.
 */
export function lazyFigure(
  load: () => Promise<HTMLElement & {dispose?(): void}>,
  {height, margin = 600}: LazyFigureOptions
): HTMLElement & {dispose(): void} {
  let figure: (HTMLElement & {dispose?(): void}) | null = null;
  let isOver = false;
  const node = html`<div style=${`min-height: ${height}px`}></div>` as HTMLElement;

  async function show(): Promise<void> {
    try {
      const made = await load();
      if (isOver) return made.dispose?.();
      figure = made;
      node.replaceChildren(made);
      node.style.minHeight = "";
    } catch (error) {
      const message = `This figure could not be loaded (${messageOf(error)}). Is the connection there?`;
      node.replaceChildren(notice({kind: "error", message, action: {label: "Try again", run: show}}));
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
