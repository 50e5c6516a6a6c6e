import {receiptOf, writeReceipt} from "../exchange/receipt.js";
import {shownRun} from "./runLogs.js";
import type {RunState} from "./runState.js";
import {storedTuning} from "./storedRun.js";

/**
 * The receipt of the run as the page shows it, as the text of a file. Which kernels were chosen, the store knows of a run
 * that is open; without it, a replay chooses its own. Rejects with Error where there is no run.
 */
export async function receiptFile(state: RunState): Promise<string> {
  const run = shownRun(state);
  const tuning = run.tuning ?? (await storedTuning(run.runId).catch(() => undefined));
  return writeReceipt(receiptOf({...run, ...(tuning && {tuning})}));
}
