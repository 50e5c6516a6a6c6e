import {formatBytes, formatCount, formatPlural} from "../views/format.js";
import type {RunState} from "./runState.js";

/** What another run in its place would cost, for the reader to agree to; null where there is nothing to lose. */
export function replacement({run, stored, step, checkpoints}: RunState): string | null {
  if (!(run ?? stored) || (step === 0 && checkpoints.length === 0)) return null;
  const bytes = checkpoints.reduce((sum, checkpoint) => sum + checkpoint.bytes, 0);
  const lost =
    checkpoints.length > 0
      ? `its model and its ${formatPlural(checkpoints.length, "checkpoint")} (${formatBytes(bytes)}) go`
      : "its model goes";
  return `This replaces your run of ${formatCount(step)} steps: its curve stays to be compared, ${lost}. Export or download first what you want to keep.`;
}
