import {type CurvePoint, lossPairs} from "../evaluation/curveComparison.js";
import {formatCount, formatFixed, formatPlural} from "../views/format.js";
import type {ChartLine, LineChartData} from "../views/lineChart.js";
import type {TableData} from "../views/plainTable.js";

/** Points of a curve of training losses; of more steps, neighbours are averaged, the same in both curves. */
const POINTS = 300;
/** Rows of the table. */
const ROWS = 12;

/** What the two curves are drawn with: the receipt's broad and pale, the replay's thin upon it. */
const pale = (color: string): string => `color-mix(in srgb, ${color} 38%, var(--paper))`;

/** A receipt's curve and the replay's, of training and of validation losses, over the receipt's steps. */
export function replayChartData(
  receipt: readonly CurvePoint[],
  replay: readonly CurvePoint[],
  steps: number
): LineChartData {
  const width = Math.max(1, Math.ceil(steps / POINTS));
  const training = (curve: readonly CurvePoint[]) => averaged(curve, width);
  const lines: ChartLine[] = [
    {name: "receipt, training", stroke: pale("var(--query)"), width: 6, points: training(receipt)},
    {name: "receipt, validation", stroke: pale("var(--surprise)"), width: 6, points: validation(receipt)},
    {name: "replay, training", stroke: "var(--query)", width: 1.5, points: training(replay)},
    {name: "replay, validation", stroke: "var(--surprise)", width: 1.5, points: validation(replay)}
  ];
  const losses = lines.flatMap(({points}) => points.map(([, loss]) => loss));
  const low = losses.reduce((least, loss) => Math.min(least, loss), Number.POSITIVE_INFINITY);
  const high = losses.reduce((most, loss) => Math.max(most, loss), 0);
  const text = inWords(receipt, replay);
  return {
    label: `Loss against step of the receipt’s run and of the replay. ${text}`,
    x: {label: "step", min: 0, max: Math.max(1, steps)},
    y: {
      label: "loss, nats a token",
      min: losses.length > 0 ? 0.95 * low : 0,
      max: Math.max(0.1, 1.03 * high)
    },
    lines,
    reading: text
  };
}

/** The mean training loss of every `width` steps. */
function averaged(curve: readonly CurvePoint[], width: number): [step: number, loss: number][] {
  const sums = new Map<number, {step: number; loss: number; count: number}>();
  for (const {step, trainLoss} of curve) {
    if (trainLoss === null) continue;
    const place = Math.floor(step / width);
    const sum = sums.get(place) ?? {step: 0, loss: 0, count: 0};
    sums.set(place, {step: sum.step + step, loss: sum.loss + trainLoss, count: sum.count + 1});
  }
  return [...sums.values()].map(({step, loss, count}) => [step / count, loss / count]);
}

const validation = (curve: readonly CurvePoint[]): [step: number, loss: number][] =>
  curve.flatMap(({step, validationLoss}): [number, number][] =>
    validationLoss === null ? [] : [[step, validationLoss]]
  );

function inWords(receipt: readonly CurvePoint[], replay: readonly CurvePoint[]): string {
  const of = (curve: readonly CurvePoint[]) => {
    const train = curve.findLast(({trainLoss}) => trainLoss !== null);
    const measured = validation(curve).at(-1);
    return train
      ? `${formatPlural(train.step, "step")}, training loss ${formatFixed(train.trainLoss!, 3)}${
          measured
            ? `, validation loss ${formatFixed(measured[1], 3)} at step ${formatCount(measured[0])}`
            : ""
        }`
      : "no step yet";
  };
  return `The receipt: ${of(receipt)}. The replay: ${of(replay)}.`;
}

/** The validation losses that both have, the first and the last among them. */
export function replayTableData(receipt: readonly CurvePoint[], replay: readonly CurvePoint[]): TableData {
  const pairs = lossPairs(receipt, replay).filter(({kind}) => kind === "validation");
  const every = Math.max(1, Math.ceil((pairs.length - 1) / (ROWS - 1)));
  const shown = pairs.filter((_, i) => i % every === 0 || i === pairs.length - 1);
  return {
    caption: "Validation losses, nats a token",
    columns: ["Step", "Receipt", "Replay", "Difference"],
    rows: shown.map(({step, first, second}) => [
      formatCount(step),
      formatFixed(first, 6),
      formatFixed(second, 6),
      first === second ? "0" : (second - first).toExponential(1).replace("-", "−").replace("e-", "e−")
    ])
  };
}
