import {html} from "htl";
import {button} from "../../studio/panels/panel.js";
import {LARGEST_SEED} from "../../studio/settings.js";
import {setText, uniqueId} from "../../views/figure.js";
import {formatCount, formatFixed, formatPercent, formatPlural, tokenName} from "../../views/format.js";
import {rangeInput} from "../../views/rangeInput.js";
import type {SamplingDesk} from "./desk.js";
import {drawPlot} from "./drawPlot.js";
import {compareDraws, countDraws, expectedCount} from "./draws.js";
import {optionsInWords} from "./optionsInWords.js";
import {placeSelect} from "./placeSelect.js";

/** Milliseconds that the counting takes on the screen. */
const SHOW = 2_000;
const FIRST = {draws: 1_000, seed: 1};

export type DrawsFigure = HTMLElement & {
  /** Draws anew, before the reader's eyes. */
  play(): void;
  dispose(): void;
};

/** Seeded draws from the distribution of the desk, counted, beside what it promises. */
export function drawsFigure(desk: SamplingDesk, {still = prefersStill} = {}): DrawsFigure {
  const {vocabulary, unit} = desk.page;
  const seedId = uniqueId("seed");
  const seedBox =
    html`<input id=${seedId} type="number" min="0" max=${LARGEST_SEED} step="1" inputmode="numeric" value=${FIRST.seed}>` as HTMLInputElement;
  const problem = html`<p class="box-problem" role="alert" hidden></p>` as HTMLElement;
  const draws = rangeInput({
    label: "Draws",
    min: 10,
    max: 10_000,
    step: 1,
    value: FIRST.draws,
    scale: "log",
    format: formatCount
  });
  const from = html`<p class="figure-note draws-from"></p>`;
  const reading = html`<p class="figure-reading draws-reading" role="status"></p>`;
  const place = placeSelect(desk.page, {place: desk.state.place, onChoose: (place) => desk.set({place})});
  const distribution = () => desk.distribution();
  let seed = FIRST.seed;
  let frame = 0;
  const result = () => {
    const from = distribution();
    return {distribution: from, counts: countDraws(from, seed, draws.value), draws: draws.value};
  };
  let shown = result();
  const plot = drawPlot(shown, vocabulary);

  function rest(): void {
    cancelAnimationFrame(frame);
    frame = 0;
    shown = result();
    place.update(desk.state.place);
    plot.update(shown);
    setText(
      from,
      `Drawn from the distribution that the sliders above leave: ${optionsInWords(desk.state.options)}.`
    );
    setText(reading, sentence());
  }
  function play(): void {
    if (still()) {
      rest();
      return;
    }
    cancelAnimationFrame(frame);
    setText(reading, "Drawing…");
    const from = distribution();
    const all = draws.value;
    const counts = new Uint32Array(vocabulary.length);
    const start = performance.now();
    let done = 0;
    const tick = (now: number) => {
      const until = Math.min(all, Math.ceil((all * (now - start)) / SHOW));
      countDraws(from, seed, until, done, counts);
      done = Math.max(done, until);
      if (done >= all) {
        rest();
        return;
      }
      plot.update({distribution: from, counts, draws: done});
      frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
  }
  function sentence(): string {
    const {distribution, counts, draws} = shown;
    const best = distribution.ids[0]!;
    const p = distribution.probabilities[best]!;
    const {mean, deviation} = expectedCount(p, draws);
    const first = `${tokenName(vocabulary[best]!)} has ${formatPercent(p)}: of ${formatPlural(draws, "draw")}, ${formatFixed(mean, 0)} ± ${formatFixed(deviation, 0)} are expected, and ${formatCount(counts[best]!)} came.`;
    const compared = compareDraws(distribution, counts);
    if (!compared) return `${first} With one ${unit} to compare there is no χ².`;
    const {statistic, freedom} = compared;
    const spread = Math.sqrt(2 * freedom);
    const away = Math.abs(statistic - freedom) / spread;
    return `${first} Over all together χ² is ${formatFixed(statistic, 1)}; right draws have ${formatCount(freedom)} ± ${formatFixed(spread, 1)}, so this is ${formatFixed(away, 1)} standard deviations ${statistic >= freedom ? "above" : "below"} the mean${away > 3 ? ", which chance alone seldom does" : ""}.`;
  }

  seedBox.addEventListener("input", () => {
    const value = seedBox.valueAsNumber;
    const usable = Number.isInteger(value) && value >= 0 && value <= LARGEST_SEED;
    seedBox.setAttribute("aria-invalid", String(!usable));
    setText(
      problem,
      usable
        ? ""
        : `The seed is a whole number from 0 to ${formatCount(LARGEST_SEED)}; the figure keeps the last one.`
    );
    problem.hidden = usable;
    if (!usable) return;
    seed = value;
    rest();
  });
  draws.addEventListener("input", rest);
  desk.subscribe(rest);
  rest();
  const buttons = [
    button("Draw", play),
    button("Next seed", () => {
      seed = (seed + 1) % (LARGEST_SEED + 1);
      seedBox.value = String(seed);
      play();
    })
  ];
  const node = html`<figure class="figure draws-figure">
    <p class="figure-title">Counted, beside what the probabilities promise</p>
    ${plot}
    <p class="legend"><span class="bar-key bar-kept"></span>counted <span class="draw-key"></span>expected, ± two standard
      deviations</p>
    <div class="draws-set">${place}${draws}<div class="seed"><label for=${seedId}>Seed</label>${seedBox}</div>
      <p class="button-row">${buttons}</p></div>
    ${problem}${from}${reading}</figure>`;
  return Object.assign(node as HTMLElement, {play, dispose: () => cancelAnimationFrame(frame)});
}

const prefersStill = (): boolean =>
  typeof matchMedia === "function" && matchMedia("(prefers-reduced-motion: reduce)").matches;
