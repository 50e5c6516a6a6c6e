import type {RunSummary} from "./snapshot.js";

/**
 * Why a checkpoint was kept: its step was due ("interval"), no estimate of the validation loss had been lower ("best"),
 * the reader asked for it ("asked"), or the reader went from there to another checkpoint ("left").
 */
export type CheckpointKind = "interval" | "best" | "asked" | "left";

/** Which checkpoint: one of a kind at each step of a run. */
export interface CheckpointKey {
  runId: string;
  step: number;
  kind: CheckpointKind;
}

/** What there is to know of a checkpoint without reading its arrays. */
export interface CheckpointFacts extends CheckpointKey {
  /** The last estimate until then, nats a token; of the best one, its own. */
  validationLoss: number | null;
  /** Of the whole checkpoint, in storage. */
  bytes: number;
  /** When it was kept, milliseconds since 1970. */
  keptAt: number;
}

/** How many checkpoints of every n steps are kept; another one makes the oldest go. */
export const KEPT_INTERVALS = 5;

export function checkpointFacts(
  {runId, step, history}: RunSummary,
  kind: CheckpointKind,
  bytes: number,
  keptAt: number
): CheckpointFacts {
  const validationLoss = history.findLast((point) => point.validationLoss !== null)?.validationLoss ?? null;
  return {runId, step, kind, validationLoss, bytes, keptAt};
}

/**
 * Whether `next` is to be kept beside the checkpoints of its run, and which of them go for it: of interval ones the
 * oldest, of best ones all but the best. Those that the reader caused stay until the reader deletes them.
 */
export function makeRoom(
  kept: readonly CheckpointFacts[],
  next: CheckpointFacts
): {isKept: boolean; dropped: CheckpointFacts[]} {
  const ofKind = kept.filter(({kind, step}) => kind === next.kind && step !== next.step);
  if (next.kind === "best") {
    const isKept = ofKind.every(
      ({validationLoss}) => (next.validationLoss ?? Infinity) < (validationLoss ?? Infinity)
    );
    return {isKept, dropped: isKept ? ofKind : []};
  }
  if (next.kind !== "interval") return {isKept: true, dropped: []};
  const oldestFirst = ofKind.sort((a, b) => a.keptAt - b.keptAt);
  return {isKept: true, dropped: oldestFirst.slice(0, Math.max(0, ofKind.length + 1 - KEPT_INTERVALS))};
}

/** As a table shows them: by step, and of one step in the order in which they were kept. */
export const inOrder = (checkpoints: readonly CheckpointFacts[]): CheckpointFacts[] =>
  [...checkpoints].sort((a, b) => a.step - b.step || a.keptAt - b.keptAt);
