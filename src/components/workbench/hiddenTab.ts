import {html} from "htl";

export interface HiddenTab {
  /** Tells of the tab being hidden and shown again. */
  page: Pick<Document, "hidden" | "addEventListener" | "removeEventListener">;
  isRunning(): boolean;
  pause(): void;
  resume(): void;
}

/**
 * A box for whether a run waits while its tab is hidden. Unticked, as at first, the run goes on in its worker, which
 * browsers do not slow down; ticked, it pauses when the tab is hidden and goes on by itself when the tab is seen again.
 */
export function hiddenTabChoice({
  page,
  isRunning,
  pause,
  resume
}: HiddenTab): HTMLElement & {dispose(): void} {
  const box = html`<input type="checkbox">` as HTMLInputElement;
  const node =
    html`<p class="hidden-tab"><label>${box} Pause while this tab is hidden</label></p>` as HTMLElement;
  let isWaiting = false;
  const turn = () => {
    if (page.hidden && box.checked && isRunning()) {
      isWaiting = true;
      pause();
    } else if (!page.hidden && isWaiting) {
      isWaiting = false;
      resume();
    }
  };
  page.addEventListener("visibilitychange", turn);
  return Object.assign(node, {dispose: () => page.removeEventListener("visibilitychange", turn)});
}
