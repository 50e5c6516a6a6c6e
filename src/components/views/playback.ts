/** What a playback needs of the page; injected so that it can be tested without waiting. */
export interface Clock {
  setInterval(call: () => void, milliseconds: number): unknown;
  clearInterval(handle: unknown): void;
}

/** Moves something through its stops, one after another, and rests at the last. */
export class Playback {
  private handle: unknown = null;

  /**
   * `advance` goes on by one stop and says whether there is another; `onChange` hears whether it plays.
   */
  constructor(
    private readonly advance: () => boolean,
    private readonly onChange: (isPlaying: boolean) => void,
    private readonly interval: number,
    private readonly clock: Clock = pageClock
  ) {}

  get isPlaying(): boolean {
    return this.handle !== null;
  }

  play(): void {
    if (this.isPlaying) return;
    this.handle = this.clock.setInterval(() => {
      if (!this.advance()) this.pause();
    }, this.interval);
    this.onChange(true);
  }

  pause(): void {
    if (!this.isPlaying) return;
    this.clock.clearInterval(this.handle);
    this.handle = null;
    this.onChange(false);
  }
}

const pageClock: Clock = {
  setInterval: (call, milliseconds) => setInterval(call, milliseconds),
  clearInterval: (handle) => clearInterval(handle as ReturnType<typeof setInterval>)
};
