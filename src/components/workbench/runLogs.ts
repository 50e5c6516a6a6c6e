import {csvLog} from "../exchange/csvLog.js";
import {runRecord} from "../exchange/runRecord.js";
import {eventFile, eventFileName} from "../exchange/tensorboard.js";
import type {RunLogs} from "./filesPanel.js";
import type {RunState} from "./runState.js";

/** The logs of the run as the page shows it. Throws Error where there is none. */
export function runLogs({run, stored, step, history}: RunState): RunLogs {
  const shown = run ?? stored;
  if (!shown) throw new Error("there is no run yet.");
  const adapter = "backend" in shown ? shown.backend.adapter : shown.adapter;
  const seconds = history.findLast((point) => point.seconds !== undefined)?.seconds;
  const {runId, modelConfig, trainConfig, corpus} = shown;
  const logged = {runId, modelConfig, trainConfig, corpus, history};
  const record = runRecord(
    {...logged, step, adapter, seconds: "seconds" in shown ? shown.seconds : (seconds ?? 0)},
    Number.POSITIVE_INFINITY
  );
  return {
    csv: csvLog(logged),
    events: {name: eventFileName(logged), bytes: eventFile(logged)},
    record: `${JSON.stringify(record, null, 2)}\n`
  };
}
