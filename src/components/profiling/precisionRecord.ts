/** How a run went in one precision. */
export interface PrecisionRun {
  precision: "float32" | "mixed";
  /** Training loss of each step, nats a token. */
  losses: number[];
  /** Median ms of a step as measured, with whatever else the machine did; bytes on the device, the step captured. */
  milliseconds: number;
  gpuBytes: number;
  /** Updates left out because a gradient had overflowed, and the loss scale at the end; null without one. */
  skipped: number;
  lossScale: number | null;
}

/** The same run in float32 and in mixed precision, on one device. */
export interface PrecisionRecord {
  version: 1;
  /** The preset, the text, and the device with its driver, for people. */
  preset: string;
  corpus: string;
  adapter: string;
  runs: PrecisionRun[];
}

const isText = (value: unknown): value is string => typeof value === "string";
const isAmount = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;

/** A record as a file has it. Throws RangeError, naming what is wrong, where it is none. */
export function readPrecisionRecord(file: unknown): PrecisionRecord {
  const record = Object(file) as PrecisionRecord;
  const checks: Record<string, boolean> = {
    version: record.version === 1,
    preset: isText(record.preset),
    corpus: isText(record.corpus),
    adapter: isText(record.adapter),
    runs: Array.isArray(record.runs) && record.runs.length > 0 && record.runs.every(isRun)
  };
  for (const [name, isGood] of Object.entries(checks))
    if (!isGood)
      throw new RangeError(`The ${name} of the comparison of precisions is missing or of another kind.`);
  return record;
}

function isRun(value: unknown): boolean {
  const {precision, losses, milliseconds, gpuBytes, skipped, lossScale} = Object(value) as PrecisionRun;
  return (
    (precision === "float32" || precision === "mixed") &&
    Array.isArray(losses) &&
    losses.length > 1 &&
    losses.every(isAmount) &&
    [milliseconds, gpuBytes, skipped].every(isAmount) &&
    (lossScale === null || isAmount(lossScale))
  );
}
