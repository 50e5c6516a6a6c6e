/** One line of a terminal that tells how a run goes; where output is a file, a line every 50 steps. */
export class ProgressLine {
  private readonly start = performance.now();
  private firstStep: number | null = null;
  private lastWrite = 0;
  private validationLoss: number | null = null;

  constructor(
    private readonly steps: number,
    private readonly stream: NodeJS.WriteStream = process.stdout,
    /** What else says how far a step is, "0.43 epochs"; empty where nothing does. */
    private readonly note: (step: number) => string = () => ""
  ) {}

  step(step: number, loss: number): void {
    this.firstStep ??= step - 1;
    const now = performance.now();
    const isDue = this.stream.isTTY ? now - this.lastWrite > 100 : step % 50 === 0;
    if (!isDue && step !== this.steps) return;
    this.lastWrite = now;
    const secondsPerStep = (now - this.start) / 1000 / (step - this.firstStep);
    const validation = this.validationLoss === null ? "" : `, validation ${this.validationLoss.toFixed(4)}`;
    const note = this.note(step);
    this.write(
      `step ${step} of ${this.steps}${note && `, ${note}`}, loss ${loss.toFixed(4)}${validation}, ${(1000 * secondsPerStep).toFixed(0)} ms a step, ${duration(secondsPerStep * (this.steps - step))} left`
    );
  }

  validation(_step: number, loss: number): void {
    this.validationLoss = loss;
  }

  end(): void {
    if (this.stream.isTTY) this.stream.write("\n");
  }

  private write(text: string): void {
    this.stream.write(this.stream.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
  }
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
