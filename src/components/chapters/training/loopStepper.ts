import {html} from "htl";
import {excerpt} from "../../book/excerpt.js";
import {messageOf} from "../../errorMessage.js";
import {button} from "../../views/buttons.js";
import {setText, uniqueId} from "../../views/figure.js";
import {formatCount, formatFixed, formatPlural} from "../../views/format.js";
import {notice} from "../../views/notice.js";
import {progressBar} from "../../views/progressBar.js";
import {STAGES, type StageKey, stagePane, stageSentences} from "./loopStages.js";
import {StepClient} from "./stepClient.js";
import type {StepTrace} from "./stepTracer.js";

export interface LoopStepperOptions {
  /** The first step, taken when the site was built. */
  first: StepTrace;
  /** The text of each stage's source file. */
  sources: Record<StageKey, string>;
  /** For tests. */
  client?: Pick<StepClient, "take" | "dispose">;
}

/** Steps at once, for those who want to see the loss fall. */
const MANY = 20;

/**
 * One training step in its six parts, each with the code that runs and the numbers of a model that is trained here. After
 * the last part comes the next step.
 */
export function loopStepper({
  first,
  sources,
  client = new StepClient()
}: LoopStepperOptions): HTMLElement & {dispose(): void} {
  let trace = first;
  let stage = 0;
  let isBusy = false;
  /** What is under way, so that an answer which is no longer wanted is not shown. */
  let turn = 0;

  const back = button("Back", () => goTo(stage - 1));
  const next = button("Next", () => (stage === STAGES.length - 1 ? void take(1) : goTo(stage + 1)), true);
  const many = button(`Take ${MANY} steps`, () => void take(MANY));
  const stop = button("Stop", () => {
    begin("Stopped. ");
    goTo(stage);
  });
  const reset = button("Reset", () => {
    begin();
    goTo(0);
  });
  const progress = progressBar({label: "Training", done: 0, total: MANY, unit: "steps"});
  const group = uniqueId("stage");
  const radios = STAGES.map(
    (_, i) => html`<input type="radio" name=${group} value=${i}>` as HTMLInputElement
  );
  radios.forEach((radio, i) => void radio.addEventListener("change", () => goTo(i)));
  const title = html`<p class="figure-title"></p>`;
  const sentence = html`<p class="step-sentence" role="status"></p>`;
  const numbers = stagePane("batch", first);
  const file = html`<code></code>`;
  const code = html`<code></code>`;
  const pre = html`<pre tabindex="0">${code}</pre>`;
  const state = html`<p class="figure-note" role="status"></p>`;
  const problem = html`<div></div>`;

  function goTo(to: number): void {
    stage = Math.max(0, Math.min(STAGES.length - 1, to));
    const {key, file: path, declarations} = STAGES[stage]!;
    radios.forEach((radio, i) => {
      radio.checked = i === stage;
    });
    setText(
      title,
      `Step ${formatCount(trace.step)}, part ${stage + 1} of ${STAGES.length}: ${STAGES[stage]!.name}`
    );
    setText(sentence, stageSentences[key](trace));
    numbers.update({key, trace});
    setText(file, `src/components/${path}`);
    setText(code, declarations.map((name) => excerpt(sources[key], name)).join("\n\n"));
    pre.setAttribute("aria-label", `Source of ${declarations.join(", ")}`);
    settle();
  }
  /** Back to the step that was recorded; the worker ends, and the next begins with it. */
  function begin(why = ""): void {
    turn += 1;
    client.dispose();
    trace = first;
    isBusy = false;
    problem.replaceChildren();
    setText(state, why + RECORDED);
  }
  function settle(): void {
    setText(next, stage === STAGES.length - 1 ? "Next step" : "Next");
    // A disabled button would keep the focus and hear no key.
    if ((stage === 0 || isBusy) && document.activeElement === back) next.focus();
    back.disabled = stage === 0 || isBusy;
    many.disabled = isBusy;
    stop.disabled = !isBusy;
    progress.hidden = !isBusy;
    reset.disabled = isBusy || (trace === first && stage === 0);
    next.setAttribute("aria-disabled", String(isBusy));
  }

  async function take(steps: number): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    turn += 1;
    const mine = turn;
    const from = trace.step;
    const began = performance.now();
    problem.replaceChildren();
    setText(state, trace === first ? "Starting the engine …" : "Training …");
    progress.update({label: "Training", done: 0, total: steps, unit: "steps"});
    settle();
    try {
      const taken = await client.take(from + steps, (step) => {
        const done = step - from;
        if (mine !== turn || done < 1) return;
        const secondsLeft = ((performance.now() - began) / 1000 / done) * (steps - done);
        progress.update({label: "Training", done, total: steps, unit: "steps", secondsLeft});
      });
      if (mine !== turn) return;
      trace = taken;
      setText(
        state,
        `Computed here, in this tab: after ${formatPlural(trace.step, "step")} the loss of the batch is ${formatFixed(trace.lossAfter, 3)} nats; it was ${formatFixed(first.loss, 3)} before the first.`
      );
      isBusy = false;
      goTo(steps === 1 ? 0 : stage);
    } catch (error) {
      if (mine !== turn) return;
      begin();
      problem.replaceChildren(notice({kind: "error", message: messageOf(error)}));
      goTo(stage);
    }
  }

  setText(state, RECORDED);
  goTo(0);
  const node = html`<figure class="figure loop-stepper" aria-label="One training step, part by part">
    ${title}
    <fieldset class="steps"><legend class="visually-hidden">Part of the step</legend>
      ${STAGES.map(({name}, i) => html`<label>${radios[i]}<span>${i + 1}. ${name}</span></label>`)}</fieldset>
    ${sentence}
    <div class="loop-panes">${numbers}
      <div class="source-excerpt"><p class="figure-note">The code that runs: ${file}</p>${pre}</div></div>
    <p class="button-row">${back}${next}${many}${stop}${reset}</p>${state}${progress}${problem}
  </figure>` as HTMLElement;
  return Object.assign(node, {dispose: () => client.dispose()});
}

const RECORDED = "This first step was taken when the site was built. All further ones are taken in this tab.";
