import {html} from "htl";
import {formatCount} from "../../views/format.js";
import {lineChart} from "../../views/lineChart.js";
import {type TravelRecord, travelDifference} from "./travel.js";

/** Steps averaged to a point: single batches differ more than the steps between them. */
const WINDOW = 5;

/** The loss of the run that left, over that of the run that stayed. */
export function travelFigure(record: TravelRecord): HTMLElement {
  const {stayed, travelled, left, returned} = record;
  const [home, away] = [averages(stayed), averages(travelled)];
  const losses = [...home, ...away].map(([, loss]) => loss);
  const chart = lineChart(
    {
      label: `Training loss of two runs of ${formatCount(stayed.length)} steps, which cannot be told apart.`,
      x: {label: "Step", min: 0, max: stayed.length},
      y: {
        label: "Training loss, nats a character",
        min: Math.floor(2 * Math.min(...losses)) / 2,
        max: Math.ceil(2 * Math.max(...losses)) / 2
      },
      lines: [
        {name: "stayed here", mark: "A", stroke: "var(--query)", width: 8, points: home},
        {
          name: "went to PyTorch and back",
          mark: "B",
          stroke: "var(--surprise)",
          dash: "7 5",
          width: 3.5,
          points: away
        }
      ],
      rules: [
        {x: left, label: "left"},
        {x: returned, label: "came back"}
      ],
      reading: travelSentence(record)
    },
    {height: 260}
  );
  return html`<figure class="figure"><p class="figure-title">One run at home (A, thick), and abroad for a third of its steps (B, dashed)</p>${chart}</figure>` as HTMLElement;
}

/** What was recorded, in words. */
export const travelFacts = (record: TravelRecord): string =>
  `The figure is a recording of a real run of ${formatCount(record.parameters)} parameters on the text “${record.corpus}”. After step ${record.left} it left this site’s trainer (${record.home}), went on in ${record.processes} processes (${record.abroad}), and came back after step ${record.returned}. The other curve never left.`;

/** How far the two runs are apart, in words. */
export const travelSentence = (record: TravelRecord): string =>
  `In ${formatCount(record.stayed.length)} steps the two losses are never more than ${apartInWords(record)} nats apart: what the order of sums does to 32-bit numbers.`;

/** The largest difference in full, without an exponent. */
export const apartInWords = (record: TravelRecord): string =>
  travelDifference(record).toFixed(7).replace(/0+$/, "");

const averages = (losses: readonly number[]): [step: number, loss: number][] =>
  Array.from({length: Math.floor(losses.length / WINDOW)}, (_, i) => {
    const part = losses.slice(i * WINDOW, (i + 1) * WINDOW);
    return [(i + 0.5) * WINDOW, part.reduce((a, b) => a + b, 0) / part.length];
  });
