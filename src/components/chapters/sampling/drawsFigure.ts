import {html} from "htl";
import {LARGEST_SEED} from "../../random.js";
import {button} from "../../views/buttons.js";
import {setText} from "../../views/figure.js";
import {formatCount, formatFixed, formatPercent, formatPlural, tokenName} from "../../views/format.js";
import {prefersStillness} from "../../views/prefersStillness.js";
import {rangeInput} from "../../views/rangeInput.js";
import {seedInput} from "../../views/seedInput.js";
import type {SamplingDesk} from "./desk.js";
import {type DrawPlotData, drawPlot} from "./drawPlot.js";
import {compareDraws, expectedCount, keptDraws} from "./draws.js";
import {optionsInWords} from "./optionsInWords.js";
import {placeSelect} from "./placeSelect.js";

/** Milliseconds that the counting takes on the screen. */
const SHOW = 2_000;
/** The most draws that can be asked for, and how long after another figure's slider they are made, in ms. */
const MOST = 10_000;
const LATER = 80;
const FIRST = {draws: 1_000, seed: 1};

export type DrawsFigure = HTMLElement & {
  /** Draws anew, before the reader's eyes. */
  play(): void;
  dispose(): void;
};

/** Seeded draws from the distribution of the desk, counted, beside what it promises. */
export function drawsFigure(desk: SamplingDesk, {still = prefersStillness} = {}): DrawsFigure {
  const {vocabulary, unit} = desk.page;
  const draws = rangeInput({
    label: "Draws",
    min: 10,
    max: MOST,
    step: 1,
    value: FIRST.draws,
    scale: "log",
    format: formatCount
  });
  const source = html`<p class="figure-note draws-from"></p>`;
  const reading = html`<p class="figure-reading draws-reading" role="status"></p>`;
  const place = placeSelect(desk.page, {place: desk.state.place, onChoose: (place) => desk.set({place})});
  let seed = FIRST.seed;
  let frame = 0;
  const seedBox = seedInput({
    seed,
    onSeed: (next) => {
      seed = next;
      begin();
      rest();
    },
    buttons: [
      button("Next", () => {
        seed = (seed + 1) % (LARGEST_SEED + 1);
        play();
      })
    ]
  });
  let from = desk.distribution();
  let first = keptDraws(from, seed, MOST);
  let due: ReturnType<typeof setTimeout> | undefined;
  const plot = drawPlot(shown(), vocabulary);

  function shown(n = draws.value): DrawPlotData {
    return {distribution: from, counts: first(n), draws: n};
  }
  /** Another distribution or seed: all is drawn anew. */
  function begin(): void {
    clearTimeout(due);
    from = desk.distribution();
    first = keptDraws(from, seed, MOST);
    place.update(desk.state.place);
    seedBox.update(seed);
    setText(
      source,
      `Drawn from the distribution that the sliders above leave: ${optionsInWords(desk.state.options)}.`
    );
  }
  function rest(): void {
    cancelAnimationFrame(frame);
    const all = shown();
    plot.update(all);
    setText(reading, sentence(all));
  }
  function play(): void {
    begin();
    rest();
    if (still()) return;
    setText(reading, "Drawing…");
    const all = draws.value;
    const start = performance.now();
    const tick = (now: number) => {
      const n = Math.min(all, Math.max(0, Math.ceil((all * (now - start)) / SHOW)));
      if (n >= all) {
        rest();
        return;
      }
      plot.update(shown(n));
      frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
  }
  function sentence({distribution, counts, draws}: DrawPlotData): string {
    const best = distribution.ids[0]!;
    const p = distribution.probabilities[best]!;
    const {mean, deviation} = expectedCount(p, draws);
    const first = `${tokenName(vocabulary[best]!)} has ${formatPercent(p)}: of ${formatPlural(draws, "draw")}, ${formatFixed(mean, 0)} ± ${formatFixed(deviation, 0)} are expected, and ${formatCount(counts[best]!)} came.`;
    const compared = compareDraws(distribution, counts);
    if (!compared) return `${first} χ² needs at least two ${unit}s of which five draws or more are expected.`;
    const {statistic, freedom} = compared;
    const spread = Math.sqrt(2 * freedom);
    const away = Math.abs(statistic - freedom) / spread;
    return `${first} For all ${unit}s χ² is ${formatFixed(statistic, 1)}; right draws have ${formatCount(freedom)} ± ${formatFixed(spread, 1)}, so this is ${formatFixed(away, 1)} standard deviations ${statistic >= freedom ? "above" : "below"} the mean${away > 3 ? ", which chance alone seldom does" : ""}.`;
  }

  draws.addEventListener("input", rest);
  // While a slider of another figure moves, this one waits for it to rest.
  desk.subscribe(() => {
    clearTimeout(due);
    due = setTimeout(() => {
      begin();
      rest();
    }, LATER);
  });
  begin();
  rest();
  const node = html`<figure class="figure draws-figure">
    <p class="figure-title">Counted, beside what the probabilities promise</p>
    ${plot}
    <p class="legend"><span class="bar-key bar-kept"></span>counted <span class="draw-key"></span>expected, ± two standard
      deviations</p>
    <div class="draws-set">${place}${draws}${seedBox}
      <p class="button-row">${button("Draw", play)}</p></div>
    ${source}${reading}</figure>`;
  return Object.assign(node as HTMLElement, {
    play,
    dispose: () => {
      cancelAnimationFrame(frame);
      clearTimeout(due);
    }
  });
}
