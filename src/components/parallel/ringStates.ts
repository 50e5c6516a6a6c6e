import {isAdded, ringRounds, sentChunk} from "./ring.js";

export interface RingMove {
  /** Ranks of the sender and of its right neighbour. */
  from: number;
  to: number;
  chunk: number;
}

/** What the workers of a ring hold after some rounds. */
export interface RingState {
  round: number;
  rounds: number;
  /** Whether what came in the last round was added; null before the first. */
  wasAdded: boolean | null;
  /** The messages of the last round; all are on their way at once. */
  moves: RingMove[];
  /** For each worker and chunk: of how many workers it is the sum. */
  parts: number[][];
}

/** An all-reduce of k workers, from before its first round to after its last, by the schedule that `ringAllReduce` keeps. */
export function ringStates(size: number): RingState[] {
  const ranks = Array.from({length: size}, (_, rank) => rank);
  const rounds = ringRounds(size);
  let parts = ranks.map(() => ranks.map(() => 1));
  const states: RingState[] = [{round: 0, rounds, wasAdded: null, moves: [], parts}];
  for (let round = 0; round < rounds; round++) {
    const wasAdded = isAdded(round, size);
    const moves = ranks.map((from) => ({from, to: (from + 1) % size, chunk: sentChunk(round, from, size)}));
    const next = parts.map((held) => [...held]);
    for (const {from, to, chunk} of moves)
      next[to]![chunk] = (wasAdded ? parts[to]![chunk]! : 0) + parts[from]![chunk]!;
    parts = next;
    states.push({round: round + 1, rounds, wasAdded, moves, parts});
  }
  return states;
}

/** What has happened, in words; workers and chunks are counted from 1. */
export function ringSentence({round, rounds, wasAdded, moves, parts}: RingState): string {
  const size = parts.length;
  if (size === 1) return "One worker has the whole gradient: there is nothing to send.";
  if (wasAdded === null)
    return `Each of ${size} workers has the gradient of its own rows, cut into ${size} chunks. All-reduce takes ${rounds} rounds.`;
  const sent = moves
    .map(({from, to, chunk}) => `chunk ${chunk + 1} from ${from + 1} to ${to + 1}`)
    .join(", ");
  const did = wasAdded ? "who adds it to its own" : "who puts it in place of its own";
  const end =
    round === rounds
      ? " Every worker now has the sum of every chunk."
      : round === size - 1
        ? " Each worker now has one complete sum, which it will hand on."
        : "";
  return `Round ${round} of ${rounds}, ${wasAdded ? "reduce-scatter" : "all-gather"}: every worker sends one chunk to its right neighbour, ${did}: ${sent}.${end}`;
}
