import {html} from "htl";
import type {Points} from "../../training/functionFit.js";
import {button} from "../../views/buttons.js";
import {setText, uniqueId} from "../../views/figure.js";
import {formatCount, formatFixed, formatPlural} from "../../views/format.js";
import {notice} from "../../views/notice.js";
import {prefersStillness} from "../../views/prefersStillness.js";
import {rangeInput} from "../../views/rangeInput.js";
import {bendPlot} from "./bendPlot.js";
import {BendRun} from "./bendRun.js";
import {errorOf, type Frame} from "./bends.js";
import {bendTable, bendWords} from "./bendWords.js";
import type {WorkshopClient} from "./client.js";
import type {Pace} from "./protocol.js";
import {PRESETS, type PresetName, places, preset} from "./target.js";
import {OPENING} from "./trace.js";
import {unitList} from "./unitList.js";

/** Fast enough to wait for, slow enough to watch. */
const PACE: Pace = {steps: 5, interval: 40};
/** For readers who asked for less motion: the same steps in few pictures. */
const CALM: Pace = {steps: 50, interval: 1000};
/** Positions of the slider over the steps so far. */
const POSITIONS = 200;

/**
 * A two-layer network bending to a function that the reader draws. It opens with a recorded training; the worker is
 * made when the reader trains or changes the network.
 */
export function bendFigure(recorded: readonly Frame[], client: WorkshopClient): HTMLElement {
  let frames: Frame[] = [...recorded];
  let shown = frames.length - 1;
  let points: Points = preset(OPENING.preset);
  let unit = 0;
  let seed: number = OPENING.seed;
  let isWaiting = false;

  const calm = prefersStillness();
  const run = new BendRun(client, calm ? CALM : PACE, {
    onFrame: (frame) => {
      // The first frame of a new network takes the place of what was there.
      if (isWaiting) frames = [];
      isWaiting = false;
      frames.push(frame);
      shown = frames.length - 1;
      show();
    },
    onRest: () => {
      say(`Stopped at step ${formatCount(frames.at(-1)!.step)}.`);
      show();
    },
    onFailure: (message) => {
      isWaiting = false;
      problem.replaceChildren(notice({kind: "error", message}));
      show();
    }
  });

  const plot = bendPlot({points, network: frames[shown]!.network, unit}, (y) => aim({x: places, y}, null));
  const list = unitList({network: frames[shown]!.network, unit}, (next) => {
    unit = next;
    show();
  });
  const group = uniqueId("function");
  const radios = (Object.keys(PRESETS) as PresetName[]).map((name) => {
    const input =
      html`<input type="radio" name=${group} value=${name} checked=${name === OPENING.preset}>` as HTMLInputElement;
    input.addEventListener("change", () => aim(preset(name), name));
    return input;
  });
  const units = rangeInput({
    label: "Hidden units",
    min: 1,
    max: 32,
    step: 1,
    value: OPENING.units,
    format: (count) => formatPlural(count, "unit")
  });
  units.addEventListener("input", renew);
  const history = rangeInput({
    label: "Step",
    min: 0,
    max: POSITIONS,
    step: 1,
    value: POSITIONS,
    format: () => formatCount(frames[shown]!.step)
  });
  history.addEventListener("input", () => {
    shown = Math.round((history.value / POSITIONS) * (frames.length - 1));
    show(false);
  });
  const train = button("Train", () => (run.isTraining ? run.stop() : start()), true);
  const error = html`<dd></dd>`;
  const source = html`<dd></dd>`;
  const reading = html`<p class="figure-reading"></p>`;
  const status = html`<p class="visually-hidden" role="status"></p>`;
  const problem = html`<div></div>`;
  const table = bendTable();
  const say = (text: string) => setText(status, text);

  function aim(next: Points, name: PresetName | null): void {
    points = next;
    for (const radio of radios) radio.checked = radio.value === name;
    run.aim(points);
    show();
  }
  /** A new network of the size asked for. */
  function renew(): void {
    problem.replaceChildren();
    isWaiting = true;
    run.begin({units: units.value, learningRate: OPENING.learningRate, seed}, points);
    unit = Math.min(unit, units.value - 1);
    show();
  }
  function start(): void {
    if (!run.isLive) renew();
    run.train();
    say("Training has begun.");
    show();
  }
  function reset(): void {
    run.leave();
    problem.replaceChildren();
    isWaiting = false;
    frames = [...recorded];
    shown = frames.length - 1;
    seed = OPENING.seed;
    unit = 0;
    units.value = OPENING.units;
    aim(preset(OPENING.preset), OPENING.preset);
    say("Everything is as it was at first.");
  }
  function show(moveSlider = true): void {
    const {network, step} = frames[shown]!;
    plot.update({points, network, unit});
    list.update({network, unit});
    history.value = moveSlider ? (POSITIONS * shown) / Math.max(1, frames.length - 1) : history.value;
    setText(train, run.isTraining ? "Stop" : "Train");
    setText(error, formatFixed(errorOf(network, points), 4));
    setText(
      source,
      isWaiting
        ? "starting the engine …"
        : run.isTraining
          ? `training, step ${formatCount(step)} of ${formatCount(run.until)}`
          : run.isLive
            ? "computed here"
            : "recorded when the site was built"
    );
    setText(reading, bendWords({points, network, unit}));
    table.update({points, network, unit});
  }
  show();

  return html`<figure class="figure bend-figure">
    <div class="bend-top">
      <fieldset class="choice"><legend>Function</legend>
        ${radios.map((radio) => html`<label>${radio} ${radio.value}</label>`)}</fieldset>
      <p class="legend"><span class="line-key bend-key-target"></span>the function, yours to draw
        <span class="line-key bend-key-curve"></span>the network
        <span class="line-key bend-key-unit"></span>one unit’s part</p>
    </div>
    ${plot.node}
    <dl class="stats"><div><dt>Mean squared error</dt>${error}</div><div><dt>Network</dt>${source}</div></dl>
    <p class="button-row">${train}${button("Another start", () => {
      seed += 1;
      renew();
    })}${button("Reset", reset)}</p>
    ${problem}${status}
    <div class="bend-sliders">${units}${history}</div>
    <p class="figure-title">What each hidden unit adds</p>
    ${list}
    ${reading}${table}
  </figure>` as HTMLElement;
}
