import type {Reading} from "./protocol.js";

/** Progress is told at most this often, ms. */
const INTERVAL = 100;
/** A speed is known after this long, ms. */
const SETTLED = 500;

/** Adds speed and time left to the progress of readings, and lets through as many reports as a page can keep up with. */
export class ReadingMeter {
  private purpose: Reading["purpose"] | null = null;
  private start = 0;
  private lastTold = -Infinity;

  constructor(private readonly now: () => number) {}

  /** What to tell, or null where it was told just before. The beginning and the end of a reading are always told. */
  record({purpose, bytes, total}: Omit<Reading, "bytesPerSecond" | "secondsLeft">): Reading | null {
    const now = this.now();
    const isNew = purpose !== this.purpose;
    if (isNew) this.start = now;
    this.purpose = purpose;
    if (!isNew && bytes < total && now - this.lastTold < INTERVAL) return null;
    this.lastTold = now;
    const elapsed = now - this.start;
    const bytesPerSecond = elapsed >= SETTLED ? (1000 * bytes) / elapsed : null;
    return {
      purpose,
      bytes,
      total,
      bytesPerSecond,
      secondsLeft: bytesPerSecond && (total - bytes) / bytesPerSecond
    };
  }
}
