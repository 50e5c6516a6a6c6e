/** What is to be compared with others. */
export interface Contestant {
  variant: string;
  /** On tfjs's current backend. */
  start(): Promise<Running>;
}

export interface Running {
  /** Issues one step at once; resolves when its loss has come back. */
  step(): Promise<void>;
  /** How many steps are issued before the first of their losses is waited for; 4 where it does not say. */
  readonly inFlight?: number;
  /** Has losses come back that would otherwise come with those of later steps. */
  flush?(): void;
  /** Why it is not what its name says, if so. */
  readonly note?: string | null;
  dispose(): void;
}

const IN_FLIGHT = 4;
/** A turn is long enough for the clock and for a bubble between steps not to matter. */
const SHORTEST_TURN_MS = 400;
const MOST_STEPS = 400;

/** What a step took. */
export interface StepTime {
  ms: number;
  /** Of this process on all cores, which other processes lengthen less. */
  cpuMs: number;
}

/** Takes steps one after another, several in flight as in the training loop, and waits for the last. */
export async function timeSteps(running: Running, count: number): Promise<StepTime> {
  const before = process.cpuUsage();
  const start = performance.now();
  const inFlight: Promise<void>[] = [];
  for (let i = 0; i < count; i++) {
    const step = running.step();
    step.catch(() => {}); // met below, maybe some steps later
    inFlight.push(step);
    if (inFlight.length >= (running.inFlight ?? IN_FLIGHT)) await inFlight.shift();
  }
  running.flush?.();
  await Promise.all(inFlight);
  const {user, system} = process.cpuUsage(before);
  return {ms: (performance.now() - start) / count, cpuMs: (user + system) / 1000 / count};
}

/** How many steps of that length make up a turn. */
export const stepsOfTurn = (ms: number): number =>
  Math.max(1, Math.min(MOST_STEPS, Math.ceil(SHORTEST_TURN_MS / ms)));

/**
 * Lets each take a turn, and again, `rounds` times, beginning with another each time: whatever else the machine does
 * meets all alike. Returns the results of each, in the order of its turns.
 */
export async function inTurns<Result>(
  turns: readonly (() => Promise<Result>)[],
  rounds: number
): Promise<Result[][]> {
  const results: Result[][] = turns.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < turns.length; i++) {
      const turn = (round + i) % turns.length;
      results[turn]!.push(await turns[turn]!());
    }
  return results;
}
