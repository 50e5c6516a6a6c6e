import {html} from "htl";
import type {ModelConfig} from "../../model/config.js";
import type {CorpusSource} from "../../training/protocol.js";
import {setText} from "../../views/figure.js";
import {formatCount, formatPlural} from "../../views/format.js";
import {rangeInput} from "../../views/rangeInput.js";
import {
  type Bench,
  type Combination,
  combinations,
  gradientInterval,
  isSame,
  LONG,
  RECORDED
} from "./bench.js";
import {combinationSwitches, FIRST} from "./combinationSwitches.js";
import {depthChart, domainOf, lossesChart} from "./depthChart.js";
import {averagedLosses, emptyRun, type GradientRun, profileAt} from "./gradientRun.js";
import {blockRows, gradientRows, gradientSentence, type ShownRun, sourceSentence} from "./gradientTable.js";
import {LiveRuns} from "./liveRuns.js";
import {runPanel} from "./runPanel.js";

export interface GradientFigureData {
  /** Runs made while the site was built. */
  recorded: readonly GradientRun[];
  /** The loss of guessing by frequencies, nats. */
  frequencyLoss: number;
  corpus: CorpusSource;
  /** Fetches recorded runs of the length `LONG`, once a reader asks for it; null where there are none. */
  loadLong?: (() => Promise<readonly GradientRun[]>) | null;
}

export type GradientFigure = HTMLElement & {
  /** Moves to the recorded runs with this norm, at a step. */
  show(norm: ModelConfig["norm"], step: number): void;
  dispose(): void;
};

/** What tells the curves of one chart apart, beside their letters. */
const DASHES = ["", "9 4", "2 3", "10 3 2 3"];

/**
 * The norm of the gradient by block, for residuals on and off and either place of the norm: recorded runs at first, the
 * reader's own as they make them. `dispose` ends the worker.
 */
export function gradientFigure(
  {recorded: short, frequencyLoss, corpus, loadLong = null}: GradientFigureData,
  createLive = (onRun: (run: GradientRun) => void, onState: ConstructorParameters<typeof LiveRuns>[2]) =>
    new LiveRuns(corpus, onRun, onState)
): GradientFigure {
  let recorded = short;
  let live: GradientRun[] = [];
  let bench: Bench = RECORDED;
  let step = RECORDED.steps;

  const switches = combinationSwitches();
  const sentence = html`<p class="figure-reading" aria-live="polite"></p>`;
  const source = html`<p class="figure-note"></p>`;
  const depthFrame = html`<div class="chart-frame"></div>`;
  const lossFrame = html`<div class="chart-frame"></div>`;
  const rows = html`<tbody></tbody>`;
  const blockHead = html`<thead></thead>`;
  const blockBody = html`<tbody></tbody>`;
  const details = html`<details class="figure-table block-norms"><summary>Every block as a table</summary>
    <div class="scroll"><table>${blockHead}${blockBody}</table></div></details>` as HTMLDetailsElement;
  const slot = html`<div class="step-slot"></div>`;

  const find = (wanted: Combination): GradientRun | undefined => {
    const fits = (run: GradientRun) =>
      isSame(run.combination, wanted) &&
      run.bench.nLayer === bench.nLayer &&
      run.bench.learningRate === bench.learningRate &&
      run.bench.steps === bench.steps;
    return live.find(fits) ?? recorded.find(fits);
  };
  const shown = (): ShownRun[] =>
    combinations(switches.value.norm).map((wanted, i) => ({
      mark: String.fromCharCode(65 + i),
      dash: DASHES[i]!,
      isChosen: isSame(wanted, switches.value),
      run: find(wanted) ?? emptyRun(wanted, bench, false)
    }));

  function draw(): void {
    const runs = shown();
    const chosen = find(switches.value);
    const text = gradientSentence(chosen, step);
    setText(sentence, text);
    setText(source, sourceSentence(runs.map(({run}) => run)));
    rows.replaceChildren(...gradientRows(runs, step));
    blockHead.replaceChildren(
      html`<tr><th scope="col">Block</th>${runs.map(({mark}) => html`<th scope="col">${mark}</th>`)}</tr>`
    );
    blockBody.replaceChildren(...blockRows(runs, step));
    const curves = runs.map(({run, ...style}) => ({...style, norms: profileAt(run, step) ?? []}));
    const measured = runs.flatMap(({run}) => run.profiles.flat());
    depthFrame.replaceChildren(
      depthChart(curves, {width: widthOf(depthFrame), domain: domainOf(measured), description: text})
    );
    const losses = runs.map(({run, ...style}) => ({
      ...style,
      points: averagedLosses(run, gradientInterval(bench.steps))
    }));
    lossFrame.replaceChildren(
      lossesChart(losses, {
        width: widthOf(lossFrame),
        steps: bench.steps,
        step,
        frequencyLoss,
        description: `Training loss of ${formatPlural(runs.length, "run")}; the table below has the numbers.`
      })
    );
  }

  function placeSlider(): void {
    const slider = rangeInput({
      label: "Training step",
      min: 0,
      max: bench.steps,
      step: gradientInterval(bench.steps),
      value: step,
      format: (value) => `${formatCount(value)} of ${formatCount(bench.steps)}`
    });
    slider.addEventListener("input", () => {
      step = slider.value;
      draw();
    });
    slot.replaceChildren(slider);
  }
  function setBench(next: Bench): void {
    bench = next;
    step = Math.min(step, bench.steps);
    placeSlider();
    draw();
    if (bench.steps === LONG.steps && recorded === short) void fetchLong();
  }
  async function fetchLong(): Promise<void> {
    if (!loadLong) return;
    const load = loadLong;
    loadLong = null;
    try {
      recorded = [...short, ...(await load())];
    } catch {
      loadLong = load; // to be tried again; until then the figure says that nothing has been run
    }
    // What the reader came for is at the end of the run.
    if (bench.steps === LONG.steps && live.length === 0) step = LONG.steps;
    placeSlider();
    draw();
  }

  const panel = runPanel({
    onBench: setBench,
    onStart: (all) => {
      const wanted = all ? combinations(switches.value.norm) : [switches.value];
      live = live.filter(({combination}) => !wanted.some((one) => isSame(one, combination)));
      runs.start(wanted, bench);
    },
    onStop: () => runs.stop(),
    onReset: () => {
      runs.stop();
      live = [];
      switches.value = FIRST;
      step = RECORDED.steps;
      setBench(RECORDED);
    }
  });
  const runs = createLive(
    (run) => {
      live = [
        ...live.filter((other) => !isSame(other.combination, run.combination) || other.bench !== run.bench),
        run
      ];
      const newest = run.measured.at(-1) ?? 0;
      if (run.bench === bench && run.measured.length > 0 && newest !== step) {
        step = newest;
        placeSlider();
      }
      draw();
    },
    (state) => {
      panel.show(state);
      // While a run grows the sentence changes several times a second.
      sentence.setAttribute("aria-live", state.type === "running" ? "off" : "polite");
    }
  );

  switches.addEventListener("change", draw);
  const node = html`<figure class="figure gradient-figure">
    ${switches}
    <div class="chart-panes"><div><p class="figure-title">Gradient by depth</p>${depthFrame}</div>
      <div><p class="figure-title">Loss while training</p>${lossFrame}</div></div>
    ${slot}${sentence}
    <div class="scroll"><table class="run-rows"><thead><tr><td></td><th scope="col">Combination</th>
      <th scope="col">Block 1</th><th scope="col">Last block</th><th scope="col">Kept per block</th><th scope="col">Loss, nats</th></tr></thead>${rows}</table></div>
    ${details}${source}${panel.node}
  </figure>` as HTMLElement;
  placeSlider();
  draw();
  if (typeof ResizeObserver === "function") {
    let seen = 0;
    new ResizeObserver(() => {
      const width = widthOf(depthFrame);
      if (width === seen) return;
      seen = width;
      draw();
    }).observe(depthFrame);
  }
  return Object.assign(node, {
    show(wanted: ModelConfig["norm"], at: number) {
      switches.value = {...switches.value, norm: wanted};
      step = at;
      panel.reset();
      setBench(RECORDED);
    },
    dispose: () => runs.dispose()
  });
}

const widthOf = (frame: Element): number => Math.max(260, Math.floor(frame.clientWidth) || 480);
