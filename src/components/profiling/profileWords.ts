import {
  formatBytes,
  formatCount,
  formatFixed,
  formatFlops,
  formatPercent,
  formatPlural
} from "../views/format.js";
import type {Stat} from "../views/statGrid.js";
import type {ProfileRecord} from "./profileRecord.js";
import {type KernelRow, kernelMilliseconds, ridgeOf} from "./roofline.js";

const NOT_MEASURED = "–";

/** In three significant figures: "1.20", "38.4", "1,250". */
export function formatAmount(x: number | null): string {
  if (x === null) return NOT_MEASURED;
  return formatFixed(x, x >= 99.95 ? 0 : x >= 9.995 ? 1 : x >= 0.9995 ? 2 : 3);
}

/** A length of time given in microseconds: "38.4 µs", "1.25 ms". */
export const formatMicroseconds = (microseconds: number | null): string => {
  if (microseconds === null) return NOT_MEASURED;
  return microseconds < 1000 ? `${formatAmount(microseconds)} µs` : `${formatAmount(microseconds / 1000)} ms`;
};

const rate = (perSecond: number | null) => formatAmount(perSecond && perSecond / 1e9);

/** A share that may exceed all: "98.8%", "125%". */
const formatShare = (share: number): string =>
  share < 0.999 ? formatPercent(share) : `${formatFixed(100 * share, 0)}%`;

/** What a kernel is called: "MatMul NN 768×128×512". */
export const nameOf = ({name, sizes}: KernelRow): string => (sizes ? `${name} ${sizes}` : name);

/** The step as a whole. */
export function stepNumbers(record: ProfileRecord): Stat[] {
  const {milliseconds, cpuMilliseconds, kernels, attainable, batchSize, tokens} = record;
  const dispatches = kernels.reduce((sum, {runs}) => sum + runs, 0);
  const ms = (label: string, value: number | null) => ({label, value: formatAmount(value), unit: "ms"});
  return [
    ms("A step", milliseconds),
    ms("JavaScript of it", cpuMilliseconds),
    ms("Its kernels, each alone", kernelMilliseconds(record)),
    {label: "Kernels run", value: formatCount(dispatches)},
    {
      label: "Speed",
      value: milliseconds === null ? NOT_MEASURED : formatCount((1000 * batchSize * tokens) / milliseconds),
      unit: "tokens/s"
    },
    {label: "Attainable, copy", value: rate(attainable?.bytesPerSecond ?? null), unit: "GB/s"},
    {label: "Attainable, product", value: rate(attainable?.flopsPerSecond ?? null), unit: "GFLOP/s"}
  ];
}

/** What was measured, where, and how. */
export function circumstancesOf({preset, batchSize, tokens, adapter, hasDeviceClock}: ProfileRecord): string {
  const clock = hasDeviceClock
    ? "The device’s own clock timed each kernel."
    : "This device has no clock of its own to read, so submissions were timed from outside, which adds a little to each.";
  return `One training step of the preset ${preset} with ${formatPlural(batchSize, "window")} of ${formatCount(tokens)} tokens, on ${adapter}. ${clock}`;
}

/** The drawing in sentences. */
export function rooflineReading({attainable}: ProfileRecord, rows: readonly KernelRow[]): string {
  if (!attainable) return "Nothing was timed, so there is no roof to draw.";
  const timed = rows.filter(({share}) => share !== null);
  const shareOf = (bound: KernelRow["bound"]) =>
    timed.reduce((sum, row) => sum + (row.bound === bound ? row.share! : 0), 0);
  const first = timed[0];
  return (
    `Below ${formatAmount(ridgeOf(attainable))} FLOP a byte memory is the limit, above it computing. ` +
    `${formatPercent(shareOf("memory"))} of the kernels’ time goes to memory-bound ones and ${formatPercent(shareOf("compute"))} to compute-bound ones.` +
    (first
      ? ` The largest part of it, ${formatPercent(first.share!)}, is ${nameOf(first)}${first.mark ? ` (${first.mark})` : ""}.`
      : "")
  );
}

/** One kernel in a sentence. */
export function kernelSentence(row: KernelRow): string {
  const {mark, runs, microseconds, bytes, flops, share, intensity, bound, attained} = row;
  const parts = [
    `${mark ? `${mark}, ` : ""}${nameOf(row)}: ${formatPlural(runs, "run")} a step` +
      (microseconds === null
        ? ""
        : ` of ${formatMicroseconds(microseconds)}, ${formatPercent(share!)} of all kernels’ time`) +
      "."
  ];
  parts.push(
    flops === null
      ? `A run touches ${formatBytes(bytes)} and computes little with them.`
      : `A run touches ${formatBytes(bytes)} and computes ${formatFlops(flops)}: ${formatAmount(intensity)} FLOP a byte.`
  );
  if (bound && attained !== null)
    parts.push(
      `It is ${bound}-bound here, and reaches ${formatShare(attained)} of what is attainable.` +
        (attained > 1
          ? " More than all of it: its arrays are still in a cache from the run before, or it does not touch all that they hold."
          : "")
    );
  return parts.join(" ");
}

export const COLUMNS = [
  "Kernel",
  "Mark",
  "Runs",
  "Time a run",
  "Share",
  "Bytes",
  "FLOP",
  "GB/s",
  "GFLOP/s",
  "Limit",
  "Attained"
];

/** A kernel's row of the table. */
export const cellsOf = (row: KernelRow): string[] => [
  nameOf(row),
  row.mark ?? "",
  formatCount(row.runs),
  formatMicroseconds(row.microseconds),
  row.share === null ? NOT_MEASURED : formatPercent(row.share),
  formatBytes(row.bytes),
  row.flops === null ? NOT_MEASURED : formatFlops(row.flops),
  rate(row.bytesPerSecond),
  rate(row.flopsPerSecond),
  row.bound ?? NOT_MEASURED,
  row.attained === null ? NOT_MEASURED : formatShare(row.attained)
];
