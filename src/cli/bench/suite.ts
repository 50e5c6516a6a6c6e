import type {ParseArgsConfig} from "node:util";

/** What JSON can say. */
export type Value = string | number | boolean | null | Value[] | {[name: string]: Value};

/** One measurement: what was measured, and numbers whose names end in their unit (medianMs, gzipBytes). */
export type Row = Record<string, Value>;

/** Takes a measurement and the line in which people read it. */
export type Report = (row: Row, line: string) => void;

/** A set of measurements that `npm run bench -- NAME` makes. */
export interface Suite {
  /** What it measures, in one line. */
  summary: string;
  /** The options that it takes, each with a line of help. */
  options: NonNullable<ParseArgsConfig["options"]>;
  help: Record<string, string>;
  /**
   * Whether it is to run in a process that finds a WebGPU adapter, with these options. Where it is false, `run` may
   * still find one.
   */
  needsAdapter?(values: Record<string, unknown>): boolean;
  run(values: Record<string, unknown>, report: Report): Promise<void>;
}
