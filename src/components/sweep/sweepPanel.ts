import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {presets} from "../training/presets.js";
import {button, downloadButton} from "../views/buttons.js";
import {type Figure, setText, uniqueId} from "../views/figure.js";
import {formatPlural} from "../views/format.js";
import {type LineChartData, lineChart} from "../views/lineChart.js";
import {notice} from "../views/notice.js";
import {progressBar} from "../views/progressBar.js";
import {inputField, numberIn} from "./controls.js";
import {sweepCsv} from "./csv.js";
import type {TrialDesk, TrialPanel} from "./desk.js";
import {type GridPoint, readVariation, type SweptSettings, sweepGrid, type Variation} from "./grid.js";
import {storedSweep, storeSweep} from "./store.js";
import {isOver, newSweep, Sweep, type SweepRecord, type SweepState} from "./sweep.js";
import {sweepChartData} from "./sweepChart.js";
import {sweepTable} from "./sweepTable.js";

/** Updates of each run, unless the reader says otherwise. */
const STEPS = 200;
/** What is offered first: rate × batch × width. */
const FIRST_FIELDS = ["learningRate", "batchSize", "nEmbd"] as const;

/** Runs of every combination of a few settings, one after another, and the table that they make. */
export function sweepPanel(desk: TrialDesk): TrialPanel & {propose(rate: number): void} {
  const rows = FIRST_FIELDS.map((name, i) => variationRow(desk, name, i));
  const steps = inputField("Steps of each run", {name: "sweepSteps", kind: "number", value: String(STEPS)});
  const said = html`<p class="figure-reading" role="status"></p>`;
  const complaint = html`<div></div>`;
  const start = button("Start the sweep", begin, true);
  const stop = button("Stop", () => running?.stop());
  const goOn = button("Continue", () => record && go(record));
  const download = downloadButton(
    () => new TextEncoder().encode(record ? sweepCsv(record) : ""),
    "sweep.csv",
    "Download as CSV"
  );
  const progress = progressBar({label: "Sweeping", done: 0, total: null, unit: "steps"});
  const results = html`<div class="figure sweep-results" hidden></div>` as HTMLElement;
  let chart: Figure<LineChartData> | null = null;
  let table: Figure<SweepRecord> | null = null;
  let running: Sweep | null = null;
  let record: SweepRecord | null = null;
  let isBlocked = false;
  let awaitsFrame = false;
  let latest: SweepState | null = null;
  progress.hidden = true;

  /** What the rows ask for; throws RangeError with a sentence where it is impossible. */
  function plan(): {variations: Variation[]; points: GridPoint[]} {
    const {model, train} = desk.settings();
    const base: SweptSettings = {model, train: {...train, steps: numberIn(steps.input, STEPS)}};
    const written = rows.filter(({values}) => values.value.trim() !== "");
    const variations = written.map(({field, values}) =>
      readVariation(base, `${field.value}=${values.value}`)
    );
    if (variations.length === 0)
      throw new RangeError(
        "Nothing is varied yet: write two or more values beside a setting, with commas between."
      );
    // Each run's warm-up is that of a run of its length.
    const points = sweepGrid(base, [{field: "steps", values: [base.train.steps]}, ...variations]);
    return {variations, points: points.map(withoutSteps)};
  }

  function begin(): void {
    complaint.replaceChildren();
    try {
      const {variations, points} = plan();
      if (record?.trials.some(isOver) && !confirm(replaces(record))) return;
      go(newSweep(variations, points));
    } catch (error) {
      complain(messageOf(error));
    }
  }

  function go(sweep: SweepRecord): void {
    complaint.replaceChildren();
    try {
      const {backend, ...settings} = desk.settings();
      const source = {corpus: desk.source(sweep.trials[0]?.settings ?? settings), backend};
      running = new Sweep(sweep, source, {
        experiments: desk.experiments,
        now: () => performance.now(),
        onState: take,
        save: (sweep) => storeSweep(sweep).catch((error: unknown) => complain(messageOf(error), "warning"))
      });
      desk.setBusy(true);
      running.start();
    } catch (error) {
      complain(messageOf(error));
    }
  }

  function take(state: SweepState): void {
    record = state.sweep;
    latest = state;
    if (state.isRunning && awaitsFrame) return;
    if (state.isRunning) {
      awaitsFrame = true;
      requestAnimationFrame(() => {
        awaitsFrame = false;
        if (latest) show(latest);
      });
      return;
    }
    running = null;
    desk.setBusy(false);
    if (state.problem) complain(state.problem);
    show(state);
  }

  function show({sweep, isRunning, done, total, secondsLeft}: SweepState): void {
    const at = sweep.trials.findIndex(({status}) => status === "running");
    progress.hidden = !isRunning;
    const label = at < 0 ? "Preparing" : `Run ${at + 1} of ${sweep.trials.length}`;
    progress.update({label, done, total, unit: "steps", secondsLeft});
    showResults(sweep);
    showButtons();
  }

  function showResults(sweep: SweepRecord): void {
    results.hidden = false;
    if (chart && table) {
      chart.update(sweepChartData(sweep));
      table.update(sweep);
      return;
    }
    chart = lineChart(sweepChartData(sweep), {height: 260});
    table = sweepTable(sweep, ({values}) => desk.use(values));
    results.replaceChildren(chart, table, html`<p class="button-row">${download}</p>`);
  }

  function showButtons(): void {
    const isRunning = running !== null;
    start.disabled = isRunning || isBlocked;
    stop.disabled = !isRunning;
    const left = record?.trials.filter((trial) => !isOver(trial)).length ?? 0;
    goOn.hidden = isRunning || left === 0;
    goOn.disabled = isBlocked;
    setText(goOn, `Continue: ${formatPlural(left, "run")} left`);
  }

  function describe(): void {
    try {
      const {points} = plan();
      const length = points[0]!.settings.train.steps;
      setText(
        said,
        `${formatPlural(points.length, "run")} of ${formatPlural(length, "step")} each, one after another.`
      );
    } catch (error) {
      setText(said, messageOf(error));
    }
  }

  function complain(message: string, kind: "warning" | "error" = "error"): void {
    complaint.replaceChildren(notice({kind, message}));
  }

  async function restore(): Promise<void> {
    try {
      const stored = await storedSweep();
      if (!stored || record) return;
      record = stored;
      showResults(stored);
      showButtons();
    } catch (error) {
      complain(messageOf(error), "warning");
    }
  }

  const node = html`<details class="trial-panel"><summary>Sweep over settings</summary>
    <p class="field-about">Trains every combination of the values below, each from the same seed, and tabulates where they end. What is
      not varied is as the form above has it. The table stays when you leave the page.</p>
    <div class="sweep-rows">${rows.map(({node}) => node)}</div>
    <div class="settings-grid">${steps.node}</div>
    ${said}
    <p class="button-row">${start}${stop}${goOn}</p>
    ${complaint}${progress}${results}
  </details>` as HTMLElement;
  node.addEventListener("input", describe);
  node.addEventListener("toggle", describe);
  showButtons();
  void restore();
  return {
    node,
    block(blocked) {
      isBlocked = blocked && running === null;
      showButtons();
    },
    propose(rate) {
      const [row] = rows;
      row!.field.value = "learningRate";
      row!.values.value = [rate / 3, rate, 3 * rate].map((x) => Number(x.toPrecision(2))).join(", ");
      describe();
    }
  };
}

/** A field to choose and the values that it takes. */
function variationRow(desk: TrialDesk, chosen: string, i: number) {
  const id = uniqueId("vary");
  const {model, train} = settingsOf(desk);
  const names = [...FIRST_FIELDS, ...Object.keys({...train, ...model}).sort()].filter(
    (name, i, all) => all.indexOf(name) === i && name !== "steps"
  );
  const field = html`<select id=${id} name=${`vary${i}`}>${names.map(
    (name) => html`<option value=${name} selected=${name === chosen}>${name}`
  )}</select>` as HTMLSelectElement;
  const rate = train.learningRate;
  const values = inputField("over the values", {
    name: `values${i}`,
    value: i === 0 ? [rate / 3, rate, 3 * rate].map((x) => Number(x.toPrecision(1))).join(", ") : "",
    placeholder: i === 0 ? "" : "empty: as in the form"
  });
  const node = html`<div class="sweep-row"><div class="field"><label for=${id}>Vary</label>${field}</div>${values.node}</div>`;
  return {node, field, values: values.input};
}

/** The form's settings, or a preset's while the form holds something impossible: what is wrong stands beside it. */
function settingsOf(desk: TrialDesk): SweptSettings {
  try {
    return desk.settings();
  } catch {
    return presets.toy;
  }
}

function withoutSteps({values: {steps, ...values}, settings}: GridPoint): GridPoint {
  return {values, settings};
}

const replaces = ({trials}: SweepRecord): string =>
  `This replaces the table of ${formatPlural(trials.filter(isOver).length, "run")}: download it first if you want to keep it. Begin a new sweep?`;
