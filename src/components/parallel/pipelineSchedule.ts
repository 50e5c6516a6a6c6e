/** A pass of one micro-batch, counted from 0, through the layers of one worker. */
export interface Turn {
  pass: "forward" | "backward";
  piece: number;
}

/** A turn, who takes it (counted from 0) and when. */
export interface PipelineSlot extends Turn {
  worker: number;
  start: number;
  length: number;
}

export interface PipelineSchedule {
  /** Times in lengths of a forward pass. */
  slots: PipelineSlot[];
  /** Until the last backward pass is done. */
  end: number;
  /** Share of its time that a worker waits, the bubble: (p − 1) / (m + p − 1). */
  idle: number;
}

/** A backward pass has two products for each of a forward pass. */
const BACKWARD = 2;

/**
 * What one of several workers does, in this order, when m micro-batches pass through a pipeline: one forward, one
 * backward, or 1F1B (Narayanan et al. 2021). It waits no longer than GPipe, where all forward passes come first, but
 * between its two passes are at most as many micro-batches as there are workers from this one on.
 */
export function turnsOf(worker: number, workers: number, pieces: number): Turn[] {
  const ahead = Math.min(pieces, workers - 1 - worker); // forward passes until the first gradient can be back
  const turns: Turn[] = [];
  for (let piece = 0; piece < pieces + ahead; piece++) {
    if (piece < pieces) turns.push({pass: "forward", piece});
    if (piece >= ahead) turns.push({pass: "backward", piece: piece - ahead});
  }
  return turns;
}

/** When p workers with equal shares of the layers take their turns, each as soon as it has what it needs. */
export function pipelineSchedule(workers: number, pieces: number): PipelineSchedule {
  const slots: PipelineSlot[] = [];
  const turns = Array.from({length: workers}, (_, worker) => turnsOf(worker, workers, pieces));
  const free = turns.map(() => 0);
  const done = {forward: turns.map((): number[] => []), backward: turns.map((): number[] => [])};
  while (slots.length < 2 * workers * pieces)
    for (const [worker, left] of turns.entries()) {
      const turn = left[0];
      if (!turn) continue;
      const {pass, piece} = turn;
      const sender = pass === "forward" ? worker - 1 : worker + 1;
      const received = sender in turns ? done[pass][sender]![piece] : 0;
      if (received === undefined) continue;
      const start = Math.max(free[worker]!, received);
      const length = pass === "forward" ? 1 : BACKWARD;
      slots.push({worker, pass, piece, start, length});
      free[worker] = done[pass][worker]![piece] = start + length;
      left.shift();
    }
  const end = Math.max(...free);
  return {slots, end, idle: 1 - (pieces * (1 + BACKWARD)) / end};
}
