import {type HistoryPoint, type RunSummary, upgrade} from "./snapshot.js";

/** A run whose curve is kept to be compared with others, without its parameters. Its curve is thinned. */
export interface KeptRun {
  /** When it was first kept, milliseconds since 1970. */
  keptAt: number;
  run: RunSummary;
}

/** Runs that the shelf holds; another one makes the oldest go. */
export const SHELF_SIZE = 20;
/** Points of a kept curve. */
const CURVE_POINTS = 300;

/** What is kept of a run, or null where it has nothing to compare yet. */
export function keepable(run: RunSummary | undefined): RunSummary | null {
  const current = run && upgrade(run);
  return current && current.step > 0 ? {...current, history: thinHistory(current.history)} : null;
}

/** The shelf with one run more, and the ids of those that must go for it. A run keeps its place. */
export function shelve(
  shelf: readonly KeptRun[],
  run: RunSummary,
  now: number
): {kept: KeptRun; dropped: string[]} {
  const kept = {keptAt: shelf.find((other) => other.run.runId === run.runId)?.keptAt ?? now, run};
  const others = inOrder(shelf.filter((other) => other.run.runId !== run.runId));
  return {
    kept,
    dropped: others.slice(0, Math.max(0, others.length + 1 - SHELF_SIZE)).map(({run}) => run.runId)
  };
}

/** What a shelf holds that this site can read, the oldest first. */
export function readShelf(stored: readonly KeptRun[]): KeptRun[] {
  return inOrder(stored).flatMap(({keptAt, run}) => {
    const current = upgrade(run);
    return current ? [{keptAt, run: current}] : [];
  });
}

const inOrder = (runs: readonly KeptRun[]): KeptRun[] => [...runs].sort((a, b) => a.keptAt - b.keptAt);

/**
 * At most `limit` points of a curve, evenly spread, the first and the last among them. Points with a validation loss,
 * which curves are compared by, are dropped last: they have at least half of the room.
 */
export function thinHistory(history: readonly HistoryPoint[], limit = CURVE_POINTS): HistoryPoint[] {
  const isMeasured = ({validationLoss}: HistoryPoint) => validationLoss !== null;
  const others = history.filter((point) => !isMeasured(point));
  const measured = evenly(history.filter(isMeasured), Math.max(Math.ceil(limit / 2), limit - others.length));
  const kept = new Set([...measured, ...evenly(others, limit - measured.length)]);
  return history.filter((point) => kept.has(point));
}

function evenly<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  if (count < 2) return items.slice(items.length - count);
  return Array.from({length: count}, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]!);
}
