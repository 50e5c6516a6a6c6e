import {html} from "htl";
import {messageOf} from "../../errorMessage.js";
import {button} from "../../views/buttons.js";
import {notice} from "../../views/notice.js";
import {type ProgressData, progressBar} from "../../views/progressBar.js";

export interface Task {
  /** The button that starts it, and while it runs its progress and the button that ends it. */
  node: HTMLElement;
  dispose(): void;
}

/**
 * Something that a reader starts: does `run`, which tells of its progress; says there what went wrong. `run` is over
 * when its signal aborts. `before` says how much there is to do before anything is known.
 */
export function task(
  label: string,
  before: ProgressData,
  run: (tell: (progress: ProgressData) => void, signal: AbortSignal) => Promise<void>
): Task {
  let stopping: AbortController | null = null;
  const start = button(label, () => void begin(), true);
  const stop = button("Stop", () => stopping?.abort());
  const bar = progressBar(before);
  const line = html`<div class="task-line" hidden>${bar}${stop}</div>` as HTMLElement;
  const problem = html`<div></div>`;
  const node =
    html`<div class="task"><p class="button-row">${start}</p>${line}${problem}</div>` as HTMLElement;

  async function begin(): Promise<void> {
    const mine = new AbortController();
    stopping = mine;
    problem.replaceChildren();
    bar.update(before);
    start.disabled = true;
    line.hidden = false;
    stop.focus();
    const began = performance.now();
    const tell = (progress: ProgressData) => {
      const {done, total} = progress;
      const seconds = (performance.now() - began) / 1000;
      const secondsLeft = total && done > 0 ? (seconds / done) * (total - done) : null;
      bar.update({secondsLeft, ...progress});
    };
    try {
      await run(tell, mine.signal);
    } catch (error) {
      if (!mine.signal.aborted)
        problem.replaceChildren(
          notice({kind: "error", message: `${messageOf(error)} What was shown before stays; try again.`})
        );
    } finally {
      stopping = null;
      line.hidden = true;
      start.disabled = false;
      if (document.activeElement === document.body) start.focus();
    }
  }
  return {node, dispose: () => stopping?.abort()};
}
