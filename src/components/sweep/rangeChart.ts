import type {LineChartData} from "../views/lineChart.js";
import {type RangePoint, rangeInWords, rateInWords, readRange} from "./rangeTest.js";

/** Loss against the learning rate, on an axis of powers of ten. */
export function rangeChartData(
  points: readonly RangePoint[],
  range: {from: number; to: number}
): LineChartData {
  const reading = readRange(points);
  const place = (rate: number) => Math.log10(rate);
  const [min, max] = [place(range.from), place(range.to)];
  const first = reading?.smoothed[0]?.loss ?? 1;
  // Once it explodes, how high it goes says nothing, and would press the rest of the curve flat.
  const top = 1.35 * first;
  const low = reading ? 0.9 * Math.min(...reading.smoothed.map(({loss}) => loss)) : 0;
  const line = (drawn: readonly RangePoint[]) =>
    drawn
      .filter(({loss}) => Number.isFinite(loss))
      .map(({rate, loss}): [number, number] => [place(rate), Math.min(loss, top)]);
  const rule = (rate: number | undefined | null, label: string) =>
    rate == null ? [] : [{x: place(rate), label}];
  const text = rangeInWords(points, range);
  return {
    label: `Loss against learning rate, on a logarithmic axis. ${text}`,
    x: {label: "learning rate", min, max, ticks: powersOfTen(min, max)},
    y: {label: "loss, nats a token", min: low, max: top},
    lines: [
      {name: "loss of each batch", stroke: "var(--rule)", width: 1, points: line(points)},
      {name: "smoothed", stroke: "var(--query)", points: line(reading?.smoothed ?? [])}
    ],
    rules: [...rule(reading?.steepest?.rate, "steepest"), ...rule(reading?.divergence?.rate, "breaks")],
    dots: suggestionDot(reading, place),
    reading: text
  };
}

function suggestionDot(reading: ReturnType<typeof readRange>, place: (rate: number) => number) {
  if (!reading || reading.suggestion === null) return [];
  const {suggestion, smoothed} = reading;
  const near = smoothed.reduce((best, point) =>
    Math.abs(place(point.rate) - place(suggestion)) < Math.abs(place(best.rate) - place(suggestion))
      ? point
      : best
  );
  return [
    {x: place(suggestion), y: near.loss, fill: "var(--surprise)", label: `try ${rateInWords(suggestion)}`}
  ];
}

function powersOfTen(min: number, max: number): {at: number; text: string}[] {
  const first = Math.ceil(min - 1e-9);
  return Array.from({length: Math.max(0, Math.floor(max + 1e-9) - first + 1)}, (_, i) => ({
    at: first + i,
    text: powerOfTen(first + i)
  }));
}

/** Short enough for seven of them on a telephone: 10⁻⁵ … 1, 10. */
const powerOfTen = (power: number): string =>
  power === 0 ? "1" : power === 1 ? "10" : `10${String(power).replace(/./g, (sign) => SUPERSCRIPTS[sign]!)}`;

const SUPERSCRIPTS: Record<string, string> = Object.fromEntries(
  [..."-0123456789"].map((sign, i) => [sign, [..."⁻⁰¹²³⁴⁵⁶⁷⁸⁹"][i]!])
);
