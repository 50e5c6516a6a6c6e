/** Tells two kinds of time apart: `lap` returns the seconds since the last one. */
export function stopwatch(now: () => number): {lap(): number} {
  let last = now();
  return {
    lap() {
      const before = last;
      last = now();
      return (last - before) / 1000;
    }
  };
}
