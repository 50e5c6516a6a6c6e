import {html} from "htl";
import {setText} from "../../views/figure.js";
import {formatCount, formatFixed, formatPercent, formatPlural} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {plainTable} from "../../views/plainTable.js";
import {rangeInput} from "../../views/rangeInput.js";
import {type Measured, RUN, type Spread, spreadOf, textParts} from "./repeated.js";
import {repetitionChart, temperatureName} from "./repetitionChart.js";
import type {SamplingPage, Written} from "./samplingPage.js";

/** What the model wrote at each temperature, with what it had said before marked, and how much of that there is. */
export function repetitionFigure({written, heldOut, seed}: SamplingPage): HTMLElement {
  /** The texts that have been looked at; none is made twice. */
  const shown: (readonly Node[] | undefined)[] = [];
  const temperatures = written.map(({temperature}) => temperature);
  const texts = written.at(-1)!.measured.length;
  const length = formatCount(written[0]!.text.length);
  const real = spreadOf(heldOut, ({said}) => said);
  let at = 0;
  const slider = rangeInput({
    label: "Temperature",
    min: 0,
    max: written.length - 1,
    step: 1,
    value: at,
    format: (i) => temperatureName(temperatures[i]!)
  });
  const chartData = repetitionChart({written, heldOut});
  const chart = lineChart(chartData(at), {height: 220});
  const text = html`<div class="repeated-text" tabindex="0" role="group" aria-label="What the model wrote"></div>`;
  const reading = html`<p class="figure-reading repeated-reading" aria-live="polite"></p>`;
  const table = plainTable({
    caption: `Means of ${formatPlural(texts, "text")} of ${length} characters (least–greatest); greedy text is one`,
    columns: [
      "Temperature",
      `In runs of ${RUN} said before`,
      "Distinct-3",
      "Longest such run, words",
      "Words of its own"
    ],
    rows: [
      ...written.map(({temperature, measured}) => row(temperatureName(temperature), measured)),
      row("Held-out text", heldOut)
    ]
  });

  function update(): void {
    at = slider.value;
    chart.update(chartData(at));
    shown[at] ??= partNodes(written[at]!);
    text.replaceChildren(...shown[at]!);
    const {temperature, measured} = written[at]!;
    const {said, strange} = measured[0]!;
    const over = (of: (one: Measured) => number) =>
      measured.length > 1
        ? ` (${formatPlural(measured.length, "text")}: ${inWords(spreadOf(measured, of))})`
        : "";
    setText(
      reading,
      `At temperature ${temperatureName(temperature)}, ${formatPercent(said)} of the words of this text${over(({said}) => said)} stand in a run of ${RUN} that the text has had before, and ${formatPercent(strange)}${over(({strange}) => strange)} are words that the training text does not have. In held-out text ${formatPercent(real.mean)} stand in such runs.`
    );
  }
  slider.addEventListener("input", update);
  update();
  return html`<figure class="figure repetition-figure">
    <p class="figure-title">What the shipped model writes, nothing cut, seed ${seed}; recorded when the site was built</p>
    ${slider}${text}
    <p class="legend"><mark>marked</mark> in a run of ${RUN} words said before <em>underlined</em> a word that the training text
      does not have</p>
    ${reading}
    <p class="figure-title">Repetition against invention</p>${chart}${table}</figure>` as HTMLElement;
}

const partNodes = ({text, strange}: Written): Node[] =>
  textParts(text, strange).map(({text, kind}) =>
    kind === "said"
      ? html`<mark>${text}</mark>`
      : kind === "strange"
        ? html`<em>${text}</em>`
        : document.createTextNode(text)
  );

const row = (name: string, measured: readonly Measured[]): string[] => {
  const told = (of: (one: Measured) => number, format: (x: number) => string) => {
    const {mean, least, most} = spreadOf(measured, of);
    return least === most ? format(mean) : `${format(mean)} (${format(least)}–${format(most)})`;
  };
  return [
    name,
    told(({said}) => said, formatPercent),
    told(
      ({distinct3}) => distinct3,
      (x) => formatFixed(x, 3)
    ),
    told(({longest}) => longest, formatCount),
    told(({strange}) => strange, formatPercent)
  ];
};

const inWords = ({mean, least, most}: Spread): string =>
  `${formatPercent(mean)} on average, from ${formatPercent(least)} to ${formatPercent(most)}`;
