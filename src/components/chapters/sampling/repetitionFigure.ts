import {html} from "htl";
import {setText} from "../../views/figure.js";
import {formatCount, formatFixed, formatPercent} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {plainTable} from "../../views/plainTable.js";
import {rangeInput} from "../../views/rangeInput.js";
import {type Measured, measureRepetition, RUN, textParts} from "./repeated.js";
import type {SamplingPage, Written} from "./samplingPage.js";

/** What the model wrote at each temperature, with what it had said before marked, and how much of that there is. */
export function repetitionFigure({written, heldOut, seed}: SamplingPage): HTMLElement {
  const measured = written.map(({text, strange}) => measureRepetition(text, strange));
  /** The texts that have been looked at; none is made twice. */
  const shown: (readonly Node[] | undefined)[] = [];
  const real = measureRepetition(heldOut, []);
  const temperatures = written.map(({temperature}) => temperature);
  const [low, high] = [temperatures[0]!, temperatures.at(-1)!];
  let at = 0;
  const slider = rangeInput({
    label: "Temperature",
    min: 0,
    max: written.length - 1,
    step: 1,
    value: at,
    format: (i) => temperatureName(temperatures[i]!)
  });
  const chart = lineChart(chartData(), {height: 220});
  const text = html`<div class="repeated-text" tabindex="0" role="group" aria-label="What the model wrote"></div>`;
  const reading = html`<p class="figure-reading repeated-reading" aria-live="polite"></p>`;
  const table = plainTable({
    caption: `Over ${formatCount(written[0]!.text.length)} characters each`,
    columns: [
      "Temperature",
      `In runs of ${RUN} said before`,
      "Distinct-3",
      "Longest such run, words",
      "Words of its own"
    ],
    rows: [
      ...measured.map((one, i) => row(temperatureName(temperatures[i]!), one)),
      row("Held-out text", real)
    ]
  });

  function chartData() {
    const [y, points] = [
      (share: number) => 100 * share,
      (of: (one: Measured) => number) => measured.map((one, i) => [temperatures[i]!, 100 * of(one)] as const)
    ];
    const said = points(({said}) => said);
    const strange = points(({strange}) => strange);
    const largest = Math.max(10, y(real.said), ...said.map(([, v]) => v), ...strange.map(([, v]) => v));
    return {
      label: `Share of words by temperature, from ${temperatureName(low)} to ${temperatureName(high)}: ${ends("in runs said before", ({said}) => said)}; ${ends("not in the training text", ({strange}) => strange)}.`,
      x: {label: "temperature →", min: low, max: high},
      y: {label: "↑ % of words", min: 0, max: Math.ceil(largest / 10) * 10},
      lines: [
        {name: "said before", mark: "r", stroke: "var(--ink)", points: said},
        {name: "words of its own", mark: "w", stroke: "var(--surprise)", dash: "7 4", points: strange},
        {
          name: "held-out text",
          mark: "h",
          stroke: "var(--ink-soft)",
          dash: "2 4",
          points: [
            [low, y(real.said)],
            [high, y(real.said)]
          ] as const
        }
      ],
      dots: [
        {x: temperatures[at]!, y: 100 * measured[at]!.said, fill: "var(--ink)"},
        {x: temperatures[at]!, y: 100 * measured[at]!.strange, fill: "var(--surprise)"}
      ],
      reading: `r: words in a run of ${RUN} that the text has had before. w: words that the training text does not have. h: words in repeated runs of as much held-out text. Each temperature is one text of one seed; another seed would move the points. Distinct-3 is the share of different runs among all runs of three words.`
    };
  }
  function ends(name: string, of: (one: Measured) => number): string {
    return `${name}, ${formatPercent(of(measured[0]!))} first and ${formatPercent(of(measured.at(-1)!))} last`;
  }
  function update(): void {
    at = slider.value;
    chart.update(chartData());
    shown[at] ??= partNodes(written[at]!);
    text.replaceChildren(...shown[at]!);
    const one = measured[at]!;
    setText(
      reading,
      `At temperature ${temperatureName(temperatures[at]!)}, ${formatPercent(one.said)} of the words stand in a run of ${RUN} that the text has had before (in held-out text ${formatPercent(real.said)}), and ${formatPercent(one.strange)} are words that the training text does not have.`
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

const temperatureName = (t: number): string => (t === 0 ? "0, greedy" : formatFixed(t, 2));

const row = (name: string, {said, distinct3, longest, strange}: Measured): string[] => [
  name,
  formatPercent(said),
  formatFixed(distinct3, 3),
  formatCount(longest),
  formatPercent(strange)
];
