/** A piece of work of one worker: a pass of one micro-batch through its layers. Times in lengths of a forward pass. */
export interface PipelineSlot {
  /** Both counted from 0. */
  worker: number;
  piece: number;
  pass: "forward" | "backward";
  start: number;
  length: number;
}

export interface PipelineSchedule {
  slots: PipelineSlot[];
  /** Until the last backward pass is done. */
  end: number;
  /** Share of its time that a worker waits: (p − 1) / (m + p − 1). */
  idle: number;
}

/** A backward pass has two products for each of a forward pass. */
const BACKWARD = 2;

/**
 * The schedule of GPipe (Huang et al. 2019) for p workers with equal shares of the layers and m pieces of a batch: all
 * forward passes, then all backward passes, the last piece first.
 */
export function pipelineSchedule(workers: number, pieces: number): PipelineSchedule {
  const slots: PipelineSlot[] = [];
  const turn = workers + pieces - 1;
  for (let worker = 0; worker < workers; worker++)
    for (let piece = 0; piece < pieces; piece++) {
      const wait = pieces - 1 - piece + (workers - 1 - worker);
      slots.push(
        {worker, piece, pass: "forward", start: worker + piece, length: 1},
        {worker, piece, pass: "backward", start: turn + BACKWARD * wait, length: BACKWARD}
      );
    }
  const end = turn * (1 + BACKWARD);
  return {slots, end, idle: 1 - (pieces * (1 + BACKWARD)) / end};
}
