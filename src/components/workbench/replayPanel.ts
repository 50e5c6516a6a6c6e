import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {compareCurves, comparisonInWords} from "../evaluation/curveComparison.js";
import type {Receipt} from "../exchange/receipt.js";
import {Experiments} from "../experiment/client.js";
import {modelName} from "../model/configDifference.js";
import type {GivenModelFile, RunSource} from "../training/protocol.js";
import {button} from "../views/buttons.js";
import {setText, uniqueId} from "../views/figure.js";
import {formatBytes, formatCount, formatDuration, formatPlural} from "../views/format.js";
import {lineChart} from "../views/lineChart.js";
import {notice} from "../views/notice.js";
import {plainTable} from "../views/plainTable.js";
import {progressBar} from "../views/progressBar.js";
import {engineNamed, type WantedBackend} from "../webgpu/wantedBackend.js";
import {type Replay, type ReplayState, replayRun} from "./replay.js";
import {replayChartData, replayTableData} from "./replayChart.js";
import {engines} from "./settingsForm.js";

export interface ReplayOptions {
  /** The text to train on. Rejects with a sentence that says which is needed. */
  source(receipt: Receipt): Promise<RunSource>;
  /** The model that the reader has opened, if any, for runs that began at one. */
  opened?(): GivenModelFile | null;
  /** For tests. */
  experiments?: Pick<Experiments, "run" | "stop" | "dispose">;
}

const PREPARING = "Preparing …";
const GIVEN_UP =
  "The replay was ended before it had come to rest, so there is nothing to compare. Try again.";
const marks = {same: "✓", close: "≈", different: "✗", nothing: ""};

/**
 * What a receipt says, and a button that trains its run again and compares the curves. The replay has a worker of its own
 * and stores nothing; `dispose` ends it.
 */
export function replayPanel(
  receipt: Receipt,
  {source, opened = () => null, experiments = new Experiments()}: ReplayOptions
): HTMLElement & {dispose(): void} {
  const {curve, steps, adapter, begunFrom} = receipt;
  const engineId = uniqueId("replay-engine");
  const engine = html`<select id=${engineId} name="replayEngine">${engines.map(
    ([value, label]) => html`<option value=${value}>${label}`
  )}</select>` as HTMLSelectElement;
  engine.value = engineNamed(adapter) ?? "auto";
  const start = button("Replay and compare", () => void begin(), true);
  const stop = button("Stop the replay", end);
  const progress = progressBar({label: "Replaying", done: 0, total: null, unit: "steps"});
  const complaint = html`<div></div>`;
  const verdict = html`<p class="replay-verdict figure-reading" role="status"></p>` as HTMLElement;
  const chart = lineChart(replayChartData(curve, [], steps), {height: 300});
  const table = plainTable(replayTableData(curve, []));
  table.hidden = true;
  let awaitsFrame = false;
  let latest: ReplayState | null = null;
  let isStopping = false;
  let giveUp: (() => void) | null = null;
  setRunning(false);

  /** Pressed again, it does not wait for the worker. */
  function end(): void {
    if (isStopping) giveUp?.();
    else experiments.stop();
    isStopping = true;
    setText(verdict, "Stopping after the step in hand …");
  }

  /** Rejects when the reader no longer waits. */
  function patience(): Promise<never> {
    return new Promise((_resolve, reject) => {
      giveUp = () => {
        experiments.dispose();
        reject(new Error(GIVEN_UP));
      };
    });
  }

  async function begin(): Promise<void> {
    complaint.replaceChildren();
    delete verdict.dataset.verdict;
    setText(verdict, PREPARING);
    isStopping = false;
    giveUp = null;
    setRunning(true);
    stop.focus();
    try {
      const on = {
        source: await source(receipt),
        backend: engine.value as WantedBackend,
        opened: opened()
      };
      if (isStopping) throw new Error(GIVEN_UP);
      const hooks = {onState: take, now: () => performance.now()};
      const done = await Promise.race([replayRun(experiments, receipt, on, hooks), patience()]);
      latest = null;
      conclude(done);
    } catch (error) {
      latest = null;
      setText(verdict, "");
      complaint.replaceChildren(notice({kind: "error", message: messageOf(error)}));
    } finally {
      const hadFocus = document.activeElement === stop;
      setRunning(false);
      if (hadFocus) start.focus();
    }
  }

  function take(state: ReplayState): void {
    latest = state;
    if (awaitsFrame) return;
    awaitsFrame = true;
    requestAnimationFrame(() => {
      awaitsFrame = false;
      if (latest) showProgress(latest);
    });
  }

  function showProgress({step, compiling, secondsLeft, adapter, curve: replayed}: ReplayState): void {
    progress.update(
      compiling
        ? {label: "Compiling kernels", ...compiling, unit: "kernels"}
        : {label: `Replaying on ${adapter}`, done: step, total: steps, unit: "steps", secondsLeft}
    );
    if (step > 0 && verdict.textContent === PREPARING) setText(verdict, "");
    chart.update(replayChartData(curve, replayed, steps));
  }

  function conclude(replay: Replay): void {
    chart.update(replayChartData(curve, replay.curve, steps));
    const rows = replayTableData(curve, replay.curve);
    table.update(rows);
    table.hidden = rows.rows.length === 0;
    const comparison = compareCurves(curve, replay.curve);
    const {adapter: second, unmixed} = replay;
    const words = comparisonInWords(comparison, {first: adapter, second, unmixed});
    const stopped = `Stopped at step ${formatCount(replay.step)} of ${formatCount(steps)}; up to there: `;
    verdict.dataset.verdict = comparison.verdict;
    setText(verdict, `${marks[comparison.verdict]} ${replay.isComplete ? "" : stopped}${words}`.trim());
  }

  function setRunning(isRunning: boolean): void {
    start.disabled = isRunning;
    engine.disabled = isRunning;
    stop.hidden = !isRunning;
    progress.hidden = !isRunning;
    if (isRunning) progress.update({label: "Preparing", done: 0, total: null, unit: "steps"});
  }

  const node = html`<div class="replay">
    <p>${receiptInWords(receipt)}</p>
    <div class="field"><label for=${engineId}>Replay on</label>${engine}</div>
    <p class="figure-note">The replay begins at the receipt’s ${begunFrom ? "model and seed" : "seed"} and takes ${formatPlural(steps, "step")}. It stores
      nothing and leaves your own run alone; where both train at once, both take longer.</p>
    <p class="button-row">${start}${stop}</p>
    ${complaint}${progress}${verdict}
    <figure class="figure" aria-label="The receipt’s curve and the replay’s">
      <p class="legend">${legend("receipt")}${legend("again")}</p>
      ${chart}${table}
    </figure>
  </div>` as HTMLElement;
  return Object.assign(node, {
    dispose() {
      experiments.dispose();
    }
  });
}

const legend = (which: "receipt" | "again"): Element =>
  html`<span class=${`replay-key replay-${which}`}><span class="line-key line-train"></span><span
    class="line-key line-validation"></span>${which === "receipt" ? "receipt" : "replay"}: training, validation</span>`;

/** What the receipt is of, in sentences. */
function receiptInWords({
  modelConfig,
  trainConfig,
  text,
  steps,
  seconds,
  adapter,
  begunFrom,
  siteVersion
}: Receipt): string {
  const {kind} = text.tokenizer;
  const began = begunFrom
    ? ` It began at the model “${begunFrom.name}” (SHA-256 of its weights ${begunFrom.sha256.slice(0, 12)}…), which must be open here to replay it.`
    : "";
  const cut =
    kind === "character"
      ? "characters"
      : `${formatCount(text.tokenizer.vocabularySize)} ${kind.replace("-", " ")}s`;
  return `A receipt of ${formatPlural(steps, "step")} of ${modelName(modelConfig)}, seed ${trainConfig.seed}, on “${text.name}” (${formatBytes(text.bytes)}), cut into ${cut}. It was computed by ${adapter} in ${formatDuration(seconds)} and written by version ${siteVersion} of the site.${began}`;
}
