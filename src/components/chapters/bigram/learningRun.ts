import {readRecording} from "../../exchange/recording.js";
import type {ModelConfig} from "../../model/config.js";
import type {HistoryPoint} from "../../training/snapshot.js";
import {learnedTable} from "./learnedTable.js";
import {type PairCounts, tableLoss} from "./pairCounts.js";
import {type BigramTrace, bytesOf} from "./trace.js";

/** The table that a neural bigram had learnt by some step. */
export interface LearnedStep {
  step: number;
  /** [V, V] */
  table: Float64Array;
  /** Its exact mean −ln p, nats a character, on the whole training text and the whole held-out text. */
  train: number;
  heldOut: number;
}

/** A run of the neural bigram as far as it is known. */
export interface LearningRun {
  /** Training losses, each of one batch. */
  losses: {step: number; loss: number}[];
  tables: LearnedStep[];
}

/** What a table is worth, measured on both texts at once by their counts. */
export function learnedStep(
  step: number,
  table: Float64Array,
  pairs: PairCounts,
  heldOut: PairCounts
): LearnedStep {
  return {step, table, train: tableLoss(table, pairs), heldOut: tableLoss(table, heldOut)};
}

/** The run that was recorded when the site was built. Throws FormatError where the recording is damaged. */
export function recordedRun({recorded}: BigramTrace, pairs: PairCounts, heldOut: PairCounts): LearningRun {
  const {config, steps, checkpoints, losses} = recorded;
  const bytes = bytesOf(checkpoints);
  const tableAt = (index: number, config: ModelConfig) =>
    learnedTable(config, readRecording(config, bytes, index));
  return {losses, tables: steps.map((step, i) => learnedStep(step, tableAt(i, config), pairs, heldOut))};
}

/** The loss chart's history up to a step: batches by their loss, tables by their exact held-out loss. */
export function historyUntil({losses, tables}: LearningRun, last: number): HistoryPoint[] {
  const measured = tables.map(({step, heldOut}) => ({step, trainLoss: null, validationLoss: heldOut}));
  const batches = losses.map(({step, loss}) => ({step, trainLoss: loss, validationLoss: null}));
  return [...batches, ...measured].filter(({step}) => step <= last).sort((a, b) => a.step - b.step);
}
