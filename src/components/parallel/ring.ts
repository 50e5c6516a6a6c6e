import type {Link, Traffic} from "./link.js";

/** A worker's place in a ring: it sends to the worker of the next rank and receives from the one before. */
export interface RingPlace {
  /** 0 … size − 1. */
  rank: number;
  size: number;
  link: Link;
}

/** Messages that each worker of a ring sends: k − 1 to add up, k − 1 to hand the sums round. */
export const ringRounds = (size: number): number => 2 * (size - 1);

/** Whether what is received in a round is added; from then on sums are complete and replace what is there. */
export const isAdded = (round: number, size: number): boolean => round < size - 1;

/** The chunk that a worker sends in a round: its own number first, then whatever it received in the round before. */
export const sentChunk = (round: number, rank: number, size: number): number =>
  (((rank - round) % size) + size) % size;

/** Chunk `chunk` of `size`, as a view: their lengths differ by at most one, and some are empty where there are too few. */
export function chunkOf(numbers: Float32Array, chunk: number, size: number): Float32Array {
  const start = (i: number) => Math.floor((i * numbers.length) / size);
  return numbers.subarray(start(chunk), start(chunk + 1));
}

/**
 * Ring all-reduce (Patarasuk & Yuan 2009; brought to deep learning by Baidu, 2017): replaces each worker's numbers by
 * the sums over all workers. In the reduce-scatter every chunk travels once round the ring, gathering what each worker
 * has of it; in the all-gather the complete sums travel round again. Each worker sends 2 (k − 1) / k times its numbers,
 * however many workers there are, and the sums are the same everywhere, bit for bit, since each is added up once.
 *
 * All workers must call it with as many numbers; throws RangeError where a neighbour did not.
 */
export async function ringAllReduce(numbers: Float32Array, {rank, size, link}: RingPlace): Promise<void> {
  for (let round = 0; round < ringRounds(size); round++) {
    link.send(chunkOf(numbers, sentChunk(round, rank, size), size).slice());
    const received = await link.receive();
    const own = chunkOf(numbers, sentChunk(round, rank - 1, size), size);
    if (received.length !== own.length)
      throw new RangeError(
        `Worker ${rank + 1} of ${size} received ${received.length} numbers where it has ${own.length}: all workers must reduce as many.`
      );
    if (isAdded(round, size)) for (let i = 0; i < own.length; i++) own[i]! += received[i]!;
    else own.set(received);
  }
}

/** What all workers of a ring send together to add up `length` 32-bit numbers: 2 (k − 1) messages and bytes each. */
export function ringTraffic(length: number, size: number): Traffic {
  return {messages: size * ringRounds(size), bytes: ringRounds(size) * length * 4};
}
