import {type LoggedRun, type LogRow, logRows} from "./runLog.js";

/** The name of the log in a run's folder. */
export const CSV_LOG_FILE = "log.csv";

/** The columns, by the names at their heads. */
const COLUMNS: readonly [name: string, field: keyof LogRow][] = [
  ["step", "step"],
  ["epoch", "epoch"],
  ["train loss", "trainLoss"],
  ["validation loss", "validationLoss"],
  ["learning rate", "learningRate"],
  ["gradient norm", "gradientNorm"],
  ["seconds", "seconds"]
];

/**
 * The curve of a run as comma-separated values (RFC 4180): a line of names, then a line for each step, each ended by CR
 * LF. Numbers are written so that reading them gives the same ones; what is not known is empty.
 */
export function csvLog(run: LoggedRun): string {
  const lines = logRows(run).map((row) => COLUMNS.map(([, field]) => row[field] ?? "").join());
  return [COLUMNS.map(([name]) => name).join(), ...lines, ""].join("\r\n");
}
