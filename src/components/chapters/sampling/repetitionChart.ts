import {formatFixed, formatPercent, formatPlural} from "../../views/format.js";
import type {ChartLine, LineChartData} from "../../views/lineChart.js";
import {type Measured, RUN, spreadOf} from "./repeated.js";
import type {SamplingPage, Written} from "./samplingPage.js";

/** How far the strokes of two lines stand apart at one temperature. */
const APART = 0.012;

/**
 * What is said again and what is made up by temperature: means, with an upright stroke from the least text to the
 * greatest. The function returned draws it with a dot where the slider stands.
 */
export function repetitionChart({
  written,
  heldOut
}: Pick<SamplingPage, "written" | "heldOut">): (at: number) => LineChartData {
  const percent = ({measured}: Pick<Written, "measured">, of: (one: Measured) => number) => {
    const {mean, least, most} = spreadOf(measured, of);
    return {mean: 100 * mean, least: 100 * least, most: 100 * most};
  };
  const said = written.map((one) => percent(one, ({said}) => said));
  const strange = written.map((one) => percent(one, ({strange}) => strange));
  const real = percent({measured: heldOut}, ({said}) => said).mean;
  const temperatures = written.map(({temperature}) => temperature);
  const [low, high] = [temperatures[0]!, temperatures.at(-1)!];
  const means = (of: typeof said) => of.map(({mean}, i) => [temperatures[i]!, mean] as const);
  const strokes = (of: typeof said, stroke: string, aside: number): ChartLine[] =>
    of.flatMap(({least, most}, i) => {
      const x = temperatures[i]! + aside;
      const points = [[x, least] as const, [x, most] as const];
      return most > least ? [{name: "from the least text to the greatest", stroke, width: 1.25, points}] : [];
    });
  const lines: ChartLine[] = [
    {name: "said before", mark: "r", stroke: "var(--ink)", points: means(said)},
    {name: "words of its own", mark: "w", stroke: "var(--surprise)", dash: "7 4", points: means(strange)},
    {
      name: "held-out text",
      mark: "h",
      stroke: "var(--ink-soft)",
      dash: "2 4",
      points: [
        [low, real],
        [high, real]
      ]
    },
    ...strokes(said, "var(--ink)", -APART),
    ...strokes(strange, "var(--surprise)", APART)
  ];
  const largest = Math.max(10, real, ...[...said, ...strange].map(({most}) => most));
  const ends = (name: string, of: typeof said) =>
    `${name}, ${formatPercent(of[0]!.mean / 100)} first and ${formatPercent(of.at(-1)!.mean / 100)} last`;
  const texts = formatPlural(written.at(-1)!.measured.length, "text");
  return (at) => ({
    label: `Share of words by temperature, from ${temperatureName(low)} to ${temperatureName(high)}, means of ${texts}: ${ends("in runs said before", said)}; ${ends("not in the training text", strange)}.`,
    x: {label: "temperature →", min: low, max: high},
    y: {label: "↑ % of words", min: 0, max: Math.ceil(largest / 10) * 10},
    lines,
    dots: [
      {x: temperatures[at]!, y: said[at]!.mean, fill: "var(--ink)"},
      {x: temperatures[at]!, y: strange[at]!.mean, fill: "var(--surprise)"}
    ],
    reading: `r: words in a run of ${RUN} that the text has had before. w: words that the training text does not have. h: words in repeated runs of as much held-out text. Lines join the means of ${texts} of each temperature, each text with a seed of its own; an upright stroke goes from the least of them to the greatest. Greedy text is the same for every seed. Distinct-3 is the share of different runs among all runs of three words.`
  });
}

/** A temperature as it is written. */
export const temperatureName = (t: number): string => (t === 0 ? "0, greedy" : formatFixed(t, 2));
