/** Work that can be left between two steps, and what comes of it. */
export type InSteps<Result> = Generator<void, Result, void>;

/** Does all of it at once. */
export function atOnce<Result>(steps: InSteps<Result>): Result {
  for (;;) {
    const {done, value} = steps.next();
    if (done) return value;
  }
}

/** How long a thread is held by steps before others get their turn, in milliseconds. */
const TURN = 8;

/** Does it while others have their turns, which is what `rest` waits for. Rejects as the work throws, and with the signal's reason. */
export async function inTurns<Result>(
  steps: InSteps<Result>,
  rest: () => Promise<unknown>,
  signal?: AbortSignal
): Promise<Result> {
  let since = performance.now();
  for (;;) {
    const {done, value} = steps.next();
    if (done) return value;
    if (performance.now() - since < TURN) continue;
    await rest();
    signal?.throwIfAborted();
    since = performance.now();
  }
}
