import {csvLog} from "../exchange/logs/csvLog.js";
import type {LoggedRun} from "../exchange/logs/runLog.js";
import {eventFile, eventFileName} from "../exchange/logs/tensorboard.js";
import {type RecordedRun, runRecord} from "../exchange/runRecord.js";
import type {RunLogs} from "./filesPanel.js";
import type {RunState} from "./runState.js";

/** The logs of the run as the page shows it. Throws Error where there is none. */
export function runLogs(state: RunState): RunLogs {
  const run = shownRun(state);
  return {
    csv: csvLog(run),
    events: {name: eventFileName(run), bytes: eventFile(run)},
    record: `${JSON.stringify(runRecord(run, Number.POSITIVE_INFINITY), null, 2)}\n`
  };
}

/** The run as the page shows it. Throws Error where there is none. */
export function shownRun({run, stored, step, history, notes}: RunState): RecordedRun & LoggedRun {
  const shown = run ?? stored;
  if (!shown) throw new Error("there is no run yet.");
  const {runId, modelConfig, trainConfig, corpus, begunFrom} = shown;
  const seconds = history.findLast((point) => point.seconds !== undefined)?.seconds;
  return {
    runId,
    modelConfig,
    trainConfig,
    corpus,
    ...(begunFrom && {begunFrom}),
    history,
    step,
    adapter: "backend" in shown ? shown.backend.adapter : shown.adapter,
    ...("tuning" in shown && shown.tuning && {tuning: shown.tuning}),
    seconds: "seconds" in shown ? shown.seconds : (seconds ?? 0),
    ...(notes && {notes})
  };
}
