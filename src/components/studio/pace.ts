/** How far something is, and how long the rest takes at the pace so far. */
export interface Pace {
  done: number;
  total: number;
  /** Null until there is a pace. */
  secondsLeft: number | null;
}

/** Starts a clock; the function returned is told how much is done. */
export function startPace(
  now: () => number = () => performance.now()
): (done: number, total: number) => Pace {
  const start = now();
  return (done, total) => {
    const seconds = (now() - start) / 1000;
    return {done, total, secondsLeft: done > 0 && seconds > 0.5 ? (seconds / done) * (total - done) : null};
  };
}
