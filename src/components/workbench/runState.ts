import type {Removal} from "../corpus/cleanBookRemoval.js";
import type {CheckpointFacts} from "../training/keptCheckpoints.js";
import type {ExportedModel, Reading, Report, RunFacts, TrainingState} from "../training/protocol.js";
import type {KeptRun} from "../training/shelf.js";
import type {HistoryPoint, RunSummary} from "../training/snapshot.js";
import type {StorageUse} from "../training/storageUse.js";

/** Everything that the lab shows of a run; made from the worker's reports, one at a time. */
export interface RunState {
  state: TrainingState;
  /** What is being prepared, while `state` is "preparing". */
  preparing: string | null;
  /** Progress of reading a large text, while there is any. */
  reading: Reading | null;
  /** What to know of the text of the run that is being prepared or open. */
  remarks: readonly string[];
  /** Progress of an estimate of the validation loss, while there is one. */
  measuring: {done: number; total: number} | null;
  /** What the reader has asked for and the worker has not done yet. */
  asked: "pause" | "stop" | null;
  run: RunFacts | null;
  /** The run in this browser's storage, until it is opened. */
  stored: RunSummary | null;
  step: number;
  history: HistoryPoint[];
  loss: number | null;
  validationLoss: number | null;
  gradientNorm: number | null;
  tokensPerSecond: number | null;
  secondsLeft: number | null;
  /** A text, the steps between which it was written, and whether it is at its end. */
  sample: {begunAt: number; step: number; text: string; isWhole: boolean} | null;
  /** What the heads attended to in the end of a text, after a step; weights [L, H, T, T]. */
  attention: {step: number; tokens: readonly string[]; weights: Float32Array} | null;
  /** The last step that is safe in storage. */
  savedStep: number | null;
  problem: {message: string; fatal: boolean} | null;
  exported: ExportedModel | null;
  /** What cleaning took out of the reader's text for this run; null where it was not cleaned. */
  removed: Removal[] | null;
  /** Earlier runs, to compare with. */
  kept: readonly KeptRun[];
  /** Earlier states of this run that can be gone back to. */
  checkpoints: readonly CheckpointFacts[];
  /** What the whole site stores in this browser; null while it is not known. */
  use: StorageUse | null;
  /** What the reader has written about this run. */
  notes: string;
  /** What the browser has promised about it, in a sentence, once it was asked. */
  persistence: string | null;
}

export const idle: RunState = {
  state: "idle",
  preparing: null,
  reading: null,
  remarks: [],
  measuring: null,
  asked: null,
  run: null,
  stored: null,
  step: 0,
  history: [],
  loss: null,
  validationLoss: null,
  gradientNorm: null,
  tokensPerSecond: null,
  secondsLeft: null,
  sample: null,
  attention: null,
  savedStep: null,
  problem: null,
  exported: null,
  removed: null,
  kept: [],
  checkpoints: [],
  use: null,
  notes: "",
  persistence: null
};

/** The state when a page opens and finds this run stored: at rest, its curve to be seen. */
export function storedState(stored: RunSummary | null, kept: readonly KeptRun[] = []): RunState {
  if (!stored) return {...idle, kept};
  return {
    ...idle,
    kept,
    stored,
    step: stored.step,
    savedStep: stored.step,
    notes: stored.notes ?? "",
    history: stored.history,
    loss: lastOf(stored.history, "trainLoss"),
    validationLoss: lastOf(stored.history, "validationLoss")
  };
}

/** The state after one report of the worker. `history` is extended in place: it is the page's own and grows to thousands. */
export function nextState(before: RunState, report: Report): RunState {
  switch (report.type) {
    case "state":
      return {
        ...before,
        state: report.state,
        preparing: null,
        reading: null,
        measuring: null,
        asked: report.state === "running" ? before.asked : null,
        ...(report.state === "preparing" ? {remarks: []} : {}),
        ...(report.state === "running" || report.state === "preparing"
          ? {problem: null}
          : {secondsLeft: null})
      };
    case "preparing":
      return {...before, preparing: report.message, reading: null};
    case "reading": {
      const {type: _type, ...reading} = report;
      return {...before, reading};
    }
    case "remark":
      return {...before, remarks: [...before.remarks, report.message]};
    case "cleaned":
      return {...before, removed: report.removed};
    case "opened":
      return {
        ...idle,
        state: before.state,
        asked: before.asked,
        run: report.run,
        step: report.step,
        savedStep: report.isStored ? report.step : null,
        problem: before.problem,
        removed: before.removed,
        remarks: before.remarks,
        kept: before.kept,
        checkpoints: before.checkpoints,
        use: before.use,
        persistence: before.persistence,
        notes: (before.run ?? before.stored)?.runId === report.run.runId ? before.notes : "",
        history: report.history.slice(),
        loss: lastOf(report.history, "trainLoss"),
        validationLoss: lastOf(report.history, "validationLoss")
      };
    case "progress": {
      before.history.push(...report.history);
      const {step, loss, gradientNorm, tokensPerSecond, secondsLeft} = report;
      return {...before, measuring: null, step, loss, gradientNorm, tokensPerSecond, secondsLeft};
    }
    case "measuring":
      return {...before, measuring: {done: report.done, total: report.total}};
    case "evaluated": {
      const {step, validationLoss} = report;
      const last = before.history.at(-1);
      if (last?.step === step) last.validationLoss = validationLoss;
      else before.history.push({step, trainLoss: null, validationLoss});
      return {...before, measuring: null, validationLoss};
    }
    case "sample": {
      const {type: _type, ...sample} = report;
      return {...before, sample};
    }
    case "attention": {
      const {step, tokens, weights} = report;
      return {...before, attention: {step, tokens, weights}};
    }
    case "saved":
      return {...before, savedStep: report.step};
    case "checkpoints":
      return {...before, checkpoints: report.checkpoints, use: report.use};
    case "file": // which goes to the reader at once
    case "exporting": // which is shown where the file will be
    case "exportStopped":
      return before;
    case "exported":
      return {...before, exported: report.model};
    case "problem":
      return {
        ...before,
        problem: {message: report.message, fatal: report.fatal},
        ...(report.fatal ? {state: "idle", preparing: null, secondsLeft: null} : {})
      };
  }
}

function lastOf(history: HistoryPoint[], field: "trainLoss" | "validationLoss"): number | null {
  return history.findLast((point) => point[field] !== null)?.[field] ?? null;
}
