import {html} from "htl";
import {messageOf} from "../../errorMessage.js";
import {readRecording} from "../../exchange/recording.js";
import {generate} from "../../generation/generate.js";
import {fetchBytes} from "../../inference/fetchBytes.js";
import {inspectedModel} from "../../inspection/inspectedModel.js";
import {type Inspector, openInspector} from "../../inspection/inspector.js";
import type {Tokenizer} from "../../text/tokenizer.js";
import {engineInWords} from "../../views/engineInWords.js";
import {setText, uniqueId} from "../../views/figure.js";
import {formatBytes, formatCount, formatDuration, formatFixed, tokenName} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {notice} from "../../views/notice.js";
import {rangeInput} from "../../views/rangeInput.js";
import type {RecordedRun} from "./recordedRun.js";

export interface RecordedFigureOptions {
  recorded: RecordedRun;
  /** The URL of `recording.bin`. */
  checkpoints: string;
  tokenizer: Tokenizer;
  /** For tests. */
  open?: typeof openInspector;
  fetchFile?: typeof fetchBytes;
}

export type RecordedFigure = HTMLElement & {
  /** Moves the slider to a checkpoint, by its place from 0. */
  show(checkpoint: number): void;
  dispose(): void;
};

const WRITTEN = 200;
const BEGINNING = "Once there was a ";

/**
 * A real run that was recorded: a slider over its checkpoints, the curve up to there, and what each wrote. A checkpoint
 * can be loaded and made to write on from the reader's own words.
 */
export function recordedFigure(options: RecordedFigureOptions): RecordedFigure {
  const {recorded, tokenizer, open = openInspector, fetchFile = fetchBytes} = options;
  const {run, checkpoints} = recorded;
  const slider = rangeInput({
    label: "Checkpoint",
    min: 0,
    max: checkpoints.length - 1,
    step: 1,
    value: checkpoints.length - 1,
    format: (i) =>
      `after ${formatCount(checkpoints[i]!.step)} ${checkpoints[i]!.step === 1 ? "step" : "steps"}`
  });
  const chart = lineChart(chartData(), {height: 230});
  const title = html`<p class="figure-title"></p>`;
  // Not a live region: a text that grows by characters would be read out at each. What was done is said below.
  const text = html`<pre class="recorded-text" tabindex="0" role="group" aria-label="What the checkpoint wrote"></pre>`;
  const promptId = uniqueId("prompt");
  const prompt =
    html`<input type="text" id=${promptId} maxlength="80" value=${BEGINNING} autocomplete="off" spellcheck="false">` as HTMLInputElement;
  const write = html`<button type="button" class="button">Write on from there</button>` as HTMLButtonElement;
  const stop = html`<button type="button" class="button" disabled>Stop</button>` as HTMLButtonElement;
  const reset = html`<button type="button" class="button">Reset</button>` as HTMLButtonElement;
  const state = html`<p class="figure-note" role="status"></p>`;
  const problem = html`<div></div>`;
  let bytes: Promise<Uint8Array> | null = null;
  let inspector: Inspector | null = null;
  let running: AbortController | null = null;

  function chartData() {
    const {step, roundedLoss} = checkpoints[slider.value]!;
    const blind = Math.log(run.config.vocabSize);
    const floor = run.corpus.floor?.val ?? null;
    return {
      label: "Validation loss of the recorded run at each checkpoint",
      x: {label: "step", min: 0, max: run.trainConfig.steps},
      y: {label: `loss, nats a ${tokenizer.unit}`, min: 0, max: Math.ceil(blind)},
      lines: [
        {
          name: "validation",
          stroke: "var(--ink-soft)",
          points: checkpoints.map((checkpoint) => [checkpoint.step, checkpoint.roundedLoss] as const)
        }
      ],
      dots: [{x: step, y: roundedLoss, fill: "var(--query)"}],
      reading: `After ${formatCount(step)} of ${formatCount(run.trainConfig.steps)} steps the loss is ${formatFixed(roundedLoss)} nats; a blind guess has ${formatFixed(blind)}${floor === null ? "" : `, and no model can have less than ${formatFixed(floor)}`}.`
    };
  }

  function show(): void {
    const {step, roundedLoss, sample} = checkpoints[slider.value]!;
    chart.update(chartData());
    setText(
      title,
      `What it wrote after ${formatCount(step)} steps, at a validation loss of ${formatFixed(roundedLoss)}`
    );
    setText(text, sample);
    setText(
      state,
      `Recorded: ${formatCount(run.trainConfig.steps)} steps on the text “${run.corpus.name}”, seed ${run.seed}, computed on ${engineInWords(run.adapter)} in ${formatDuration(run.seconds)}.`
    );
  }

  /** Another checkpoint: what was being written is left, and what was written before is shown. */
  function choose(): void {
    running?.abort();
    running = null;
    problem.replaceChildren();
    show();
  }

  async function writeOn(): Promise<void> {
    problem.replaceChildren();
    const {ids, unknown} = tokenizer.encode(prompt.value);
    if (ids.length === 0) {
      problem.replaceChildren(
        notice({
          kind: "warning",
          message: "There is nothing to go on from: write a few words that the model knows."
        })
      );
      return;
    }
    const mine = new AbortController();
    running = mine;
    const {signal} = mine;
    [write.disabled, stop.disabled] = [true, false];
    const leftOut =
      unknown.length > 0
        ? ` The model does not know ${unknown.map(({character}) => tokenName(character)).join(", ")}: left out.`
        : "";
    try {
      setText(state, "Fetching the checkpoints …");
      bytes ??= fetchFile(options.checkpoints, (loaded, total) =>
        setText(
          state,
          `Fetching the checkpoints: ${formatBytes(loaded)}${total ? ` of ${formatBytes(total)}` : ""} …`
        )
      );
      bytes.catch(() => {
        bytes = null; // to be tried again
      });
      const parameters = readRecording(run.config, await bytes, slider.value);
      inspector?.dispose();
      inspector = await open({config: run.config, parameters}, {signal});
      const model = inspectedModel(inspector, tokenizer, "a recorded checkpoint");
      const settings = {options: {temperature: 0.7, topK: 0, topP: 1}, seed: 1, steps: WRITTEN, signal};
      const all = [...ids];
      setText(state, "Writing …");
      for await (const {id} of generate(model, ids, settings)) {
        signal.throwIfAborted();
        all.push(id);
        setText(text, tokenizer.decode(all));
      }
      setText(
        state,
        `Written here, in this tab, by the checkpoint after ${formatCount(checkpoints[slider.value]!.step)} steps.${leftOut}`
      );
    } catch (error) {
      if (running !== mine) return;
      if (signal.aborted) setText(state, `Stopped.${leftOut}`);
      else {
        setText(state, "");
        problem.replaceChildren(notice({kind: "error", message: messageOf(error)}));
      }
    } finally {
      if (running === mine || running === null) [write.disabled, stop.disabled] = [false, true];
    }
  }

  slider.addEventListener("input", choose);
  write.addEventListener("click", () => void writeOn());
  stop.addEventListener("click", () => running?.abort());
  reset.addEventListener("click", () => {
    slider.value = checkpoints.length - 1;
    prompt.value = BEGINNING;
    choose();
  });
  show();
  const node = html`<figure class="figure recorded-run">${slider}${chart}${title}${text}
    <div class="journey-input"><label for=${promptId}>Your beginning</label>${prompt}${write}${stop}${reset}</div>
    ${state}${problem}
  </figure>` as HTMLElement;
  return Object.assign(node, {
    show(checkpoint: number) {
      slider.value = checkpoint;
      choose();
    },
    dispose() {
      running?.abort();
      inspector?.dispose();
    }
  });
}
