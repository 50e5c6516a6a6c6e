import {html} from "htl";
import {button} from "../../views/buttons.js";
import {setText} from "../../views/figure.js";
import {fileDrop} from "../../views/fileDrop.js";
import {formatDuration, formatPlural} from "../../views/format.js";
import {notice} from "../../views/notice.js";
import {progressBar} from "../../views/progressBar.js";
import {choice} from "./choice.js";
import {startStudy} from "./client.js";
import type {StudyReport, StudySource} from "./protocol.js";
import type {TextStore} from "./state.js";
import {STAGES} from "./study.js";

/** More would take a phone many seconds. */
const MOST_BYTES = 2_000_000;

export interface SourcePanelOptions {
  /** Texts that the site was built with; nothing is fetched before the reader asks for one. */
  built: readonly Extract<StudySource, {kind: "built"}>[];
}

/** Which text the whole chapter learns from: one of the site's, or the reader's own; learned live, in a worker. */
export function sourcePanel(
  store: TextStore,
  {built}: SourcePanelOptions,
  start: typeof startStudy = startStudy
): HTMLElement & {dispose(): void} {
  let chosen = 0;
  let stop: (() => void) | null = null;
  const names = [...built.map(({name}) => name), "a text of your own"];
  const sources = choice(
    "Learn from",
    names.map((_, i) => String(i)),
    names,
    "0",
    (value) => {
      chosen = Number(value);
      drop.hidden = chosen < built.length;
      learn.hidden = chosen >= built.length;
    }
  );
  const drop = fileDrop({
    label: "Your text",
    maxBytes: MOST_BYTES,
    onText: (text, name) => run({kind: "text", name, text})
  });
  const learn = button("Learn live", () => run(built[chosen]!));
  const halt = button("Stop", () => {
    end();
    setText(said, "Stopped. The figures show what they showed before.");
  });
  const reset = button("Back to how it was", () => {
    end();
    problem.replaceChildren();
    setText(said, "");
    store.reset();
  });
  const progress = progressBar({label: "Learning", done: 0, total: STAGES.length, unit: "stages"});
  const problem = html`<div></div>`;
  const said = html`<p class="figure-note" role="status"></p>`;
  drop.hidden = true;
  progress.hidden = true;
  halt.hidden = true;

  function run(source: StudySource): void {
    end();
    problem.replaceChildren();
    setText(said, "");
    progress.update({
      label: source.kind === "built" ? "Fetching the text" : "Reading",
      done: 0,
      total: STAGES.length,
      unit: "stages"
    });
    progress.hidden = false;
    halt.hidden = false;
    stop = start(source, hear);
  }
  function hear(report: StudyReport): void {
    if (report.type === "stage") {
      progress.update({
        label: STAGES[report.stage]!,
        done: report.stage,
        total: STAGES.length,
        unit: "stages"
      });
      return;
    }
    end();
    if (report.type === "failed") {
      problem.replaceChildren(notice({kind: "error", message: report.message}));
      return;
    }
    const {study, seconds} = report;
    store.setStudy(study);
    setText(
      said,
      `Learned ${formatPlural(study.merges.length / 4, "merge")} and ${formatPlural(study.pieces.length, "word piece")} from ${formatPlural(study.characters, "character")} of ${study.name} in ${formatDuration(seconds)}. Every figure on this page now shows them.`
    );
  }
  function end(): void {
    stop?.();
    stop = null;
    progress.hidden = true;
    halt.hidden = true;
  }

  const node = html`<figure class="figure source-panel" aria-label="Which text to learn from">
    ${sources}${drop}<div class="button-row">${learn}${halt}${reset}</div>${progress}${said}${problem}</figure>`;
  return Object.assign(node as HTMLElement, {dispose: end});
}
