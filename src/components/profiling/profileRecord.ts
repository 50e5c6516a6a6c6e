import type {StepProfile} from "../training/trainer.js";
import type {Attainable} from "../webgpu/attainable.js";

/** What a training step cost on a device, kernel by kernel, and what the device can do at its best. */
export interface ProfileRecord extends StepProfile {
  version: 1;
  /** The preset whose sizes were measured. */
  preset: string;
  /** B and T of a step. */
  batchSize: number;
  tokens: number;
  /** For people: the device and its driver. */
  adapter: string;
  /** Whether the device's own clock timed the kernels; else submissions were timed from outside. */
  hasDeviceClock: boolean;
  /** null where the device computes nothing; the times are null, too, then. */
  attainable: Attainable | null;
}

const isText = (value: unknown): value is string => typeof value === "string";
const isAmount = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;
const isAmountOrNull = (value: unknown): boolean => value === null || isAmount(value);

/** A record as a file has it. Throws RangeError, naming what is wrong, where it is none. */
export function readProfileRecord(file: unknown): ProfileRecord {
  const record = Object(file) as ProfileRecord;
  if (record.version !== 1)
    throw new RangeError(
      `The profile has version ${String(record.version)}, and this site reads version 1. Reload the page: it may be an old one.`
    );
  const checks: Record<string, boolean> = {
    preset: isText(record.preset),
    adapter: isText(record.adapter),
    batchSize: isAmount(record.batchSize),
    tokens: isAmount(record.tokens),
    cpuMilliseconds: isAmount(record.cpuMilliseconds),
    milliseconds: isAmountOrNull(record.milliseconds),
    hasDeviceClock: typeof record.hasDeviceClock === "boolean",
    attainable:
      record.attainable === null ||
      ["bytesPerSecond", "flopsPerSecond", "matmulSize"].every((name) =>
        isAmount(Object(record.attainable)[name])
      ),
    kernels: Array.isArray(record.kernels) && record.kernels.every(isKernel)
  };
  for (const [name, isGood] of Object.entries(checks))
    if (!isGood)
      throw new RangeError(`The profile’s ${name} is missing or of another kind than it should be.`);
  return record;
}

function isKernel(value: unknown): boolean {
  const {name, sizes, grid, runs, microseconds, bytes, flops} = Object(value) as Record<string, unknown>;
  return (
    isText(name) &&
    (sizes === null || isText(sizes)) &&
    Array.isArray(grid) &&
    grid.length === 3 &&
    grid.every(isAmount) &&
    isAmount(runs) &&
    isAmount(bytes) &&
    isAmountOrNull(microseconds) &&
    isAmountOrNull(flops)
  );
}
