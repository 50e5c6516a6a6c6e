import {html} from "htl";
import type {Frequency} from "../../text/frequencies.js";
import {button} from "../../views/buttons.js";
import {formatCount, formatPercent, formatPlural, tokenName, visibleToken} from "../../views/format.js";
import {type InputNode, rangeInput} from "../../views/rangeInput.js";
import {choice} from "./choice.js";
import {type Curve, type CurvePlotData, curvePlot} from "./curvePlot.js";
import type {TextState, TextStore} from "./state.js";

type Unit = "word" | "character";
/** Of the rank that is marked at first, from 0. */
const FIRST_PLACE = 9;

/** How often each word or character occurs, against its rank, on logarithmic axes, beside Zipf's law. */
export function frequencyFigure(store: TextStore): HTMLElement {
  let unit: Unit = "word";
  let place = FIRST_PLACE;
  let shown: readonly Frequency[] = [];
  let curves: Curve[] = [];
  const units = choice("Count", ["word", "character"], ["words", "characters"], unit, (next) => {
    unit = next;
    show(store.state);
  });
  const sliderRoom = html`<div class="rank-slider"></div>`;
  let slider: InputNode<number>;
  const body = html`<tbody></tbody>`;
  const details = html`<details class="figure-table"><summary>The most frequent as a table</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Most frequent"><table><thead><tr><th scope="col">Rank</th>
    <th scope="col">Unit</th><th scope="col">Count</th><th scope="col">Share</th></tr></thead>${body}</table></div></details>` as HTMLDetailsElement;
  details.addEventListener("toggle", () => details.open && fillTable());
  const plot = curvePlot(plotData(store.state));

  function take({study}: TextState): void {
    const next = unit === "word" ? study.words.frequencies : study.characterFrequencies;
    if (next === shown) return;
    shown = next;
    place = Math.min(FIRST_PLACE, Math.max(0, shown.length - 1));
    const [most] = shown;
    const last = shown.at(-1);
    const law: [number, number][] =
      most && last ? [most, last].map(({rank}) => [rank, most.count / rank]) : [];
    curves = [
      {name: `${unit}s of this text`, look: "dots", points: shown.map(({rank, count}) => [rank, count])},
      {name: "Zipf’s law: the first count ÷ rank", look: "faint", points: law}
    ];
    slider = rangeInput({
      label: "Rank",
      min: 1,
      max: Math.max(2, shown.length),
      step: 1,
      value: place + 1,
      format: (value) => formatCount(shown[value - 1]?.rank ?? value)
    });
    slider.addEventListener("input", () => {
      place = Math.min(shown.length, slider.value) - 1;
      show(store.state);
    });
    sliderRoom.replaceChildren(slider);
    if (details.open) fillTable();
  }

  function fillTable(): void {
    body.replaceChildren(
      ...shown.slice(0, 100).map(
        ({
          rank,
          unit: name,
          count,
          share
        }) => html`<tr><td>${formatCount(rank)}</td><td><code>${visibleToken(name)}</code></td>
          <td>${formatCount(count)}</td><td>${formatPercent(share)}</td></tr>`
      )
    );
  }

  function plotData(state: TextState): CurvePlotData {
    take(state);
    const most = shown[0];
    const here = shown[place];
    const whole = `The text (${state.study.name}) has ${formatPlural(kinds(state, unit), `different ${unit}`)}.`;
    return {
      x: {
        label: "rank",
        scale: "log",
        domain: [1, Math.max(10, shown.at(-1)?.rank ?? 1)],
        format: formatCount
      },
      y: {label: "count", scale: "log", domain: [1, Math.max(10, most?.count ?? 1)], format: formatCount},
      curves,
      marker: here ? {x: here.rank, ys: [here.count]} : null,
      summary:
        here && most
          ? `Rank ${formatCount(here.rank)} is ${tokenName(here.unit)}: ${formatPlural(here.count, "time")}, ${formatPercent(here.share)} of all ${unit}s. Zipf’s law expects ${formatCount(most.count / here.rank)}. ${whole}`
          : whole
    };
  }
  const show = (state: TextState) => plot.update(plotData(state));
  store.listen(show);
  const reset = button("Reset", () => {
    unit = "word";
    shown = [];
    for (const radio of units.querySelectorAll("input")) radio.checked = radio.value === unit;
    show(store.state);
  });
  return html`<figure class="figure frequency-figure" aria-label="How often words and characters occur">
    <div class="figure-controls">${units}${sliderRoom}<div class="button-row">${reset}</div></div>${plot}${details}</figure>` as HTMLElement;
}

const kinds = ({study}: TextState, unit: Unit): number =>
  unit === "word" ? study.words.kinds : study.characterFrequencies.length;
