import type {ParseArgsConfig} from "node:util";

/** One measurement: what was measured, and numbers whose names end in their unit (medianMs, gzipBytes). */
export type Row = Record<string, string | number>;

/** Takes a measurement and the line in which people read it. */
export type Report = (row: Row, line: string) => void;

/** A set of measurements that `npm run bench -- NAME` makes. */
export interface Suite {
  /** What it measures, in one line. */
  summary: string;
  /** The options that it takes, each with a line of help. */
  options: NonNullable<ParseArgsConfig["options"]>;
  help: Record<string, string>;
  run(values: Record<string, unknown>, report: Report): Promise<void>;
}
