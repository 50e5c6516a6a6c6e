import {median} from "../median.js";
import type {ProfileOptions} from "../webgpu/profile.js";

/** What a captured step takes, as seen from JavaScript. */
export interface StepTimes {
  /** ms of JavaScript that issuing a step takes: writing its batch, encoding its commands, submitting them. */
  cpuMilliseconds: number;
  /** ms from one step's loss to the next one's, several on their way; null where the device computes nothing. */
  milliseconds: number | null;
}

/** Steps that can be issued one after another. */
export interface IssuedSteps {
  /** Issues one at once; resolves when its loss is back. */
  issue(): Promise<unknown>;
  flush(): void;
}

/** ms that a round is to take, so that a clock of 0.1 ms does no harm. */
const ROUND = 100;
const MOST_STEPS = 16;
const [FEWEST_ROUNDS, MOST_ROUNDS] = [5, 15];
/** ms after which the fewest rounds are enough, and after which no further one begins. */
const [ENOUGH, TOO_LONG] = [3000, 20_000];

/** Medians over rounds of as many steps as take a tenth of a second; a slow device gets fewer rounds. */
export async function stepTimes(
  steps: IssuedSteps,
  {isTimed = true, signal, onProgress}: ProfileOptions = {}
): Promise<StepTimes> {
  const start = performance.now();
  onProgress?.(0, MOST_ROUNDS);
  // The first step pays for what the driver puts off; the second says how many make up a round.
  await round(steps, 1);
  const {elapsed} = await round(steps, 1);
  const count = Math.max(1, Math.min(MOST_STEPS, Math.round(ROUND / elapsed)));
  const rounds: {issuing: number; elapsed: number}[] = [];
  let goesOn = true;
  while (goesOn) {
    signal?.throwIfAborted();
    rounds.push(await round(steps, count));
    onProgress?.(rounds.length, MOST_ROUNDS);
    const time = rounds.length < FEWEST_ROUNDS ? TOO_LONG : ENOUGH;
    goesOn = rounds.length < MOST_ROUNDS && performance.now() - start < time;
  }
  return {
    cpuMilliseconds: median(rounds.map(({issuing}) => issuing / count)),
    milliseconds: isTimed ? median(rounds.map(({elapsed}) => elapsed / count)) : null
  };
}

/** Issues steps at once and waits for all; ms in which they were issued, and until the last was done. */
async function round({issue, flush}: IssuedSteps, count: number) {
  const start = performance.now();
  const issued = Array.from({length: count}, issue);
  const issuing = performance.now() - start;
  flush();
  await Promise.all(issued);
  return {issuing, elapsed: performance.now() - start};
}
