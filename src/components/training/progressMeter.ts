import type {Report} from "./protocol.js";
import type {HistoryPoint} from "./snapshot.js";
import type {StepReport, Trainer} from "./trainer.js";

/** Progress is told at most this often, ms. */
const INTERVAL = 100;
/** Steps over which the speed is averaged. */
const WINDOW = 50;

/** Gathers the reports of steps into messages that a page can keep up with. */
export class ProgressMeter {
  private readonly speed: {time: number; step: number}[] = [];
  private readonly untold: HistoryPoint[] = [];
  private latest: StepReport | null = null;
  private lastTold = -Infinity;

  constructor(
    private readonly trainer: Trainer,
    private readonly now: () => number
  ) {}

  /** Takes a step in; true when it is time to tell. */
  record(report: StepReport): boolean {
    const {step, loss, gradientNorm} = report;
    this.latest = report;
    const {seconds} = this.trainer;
    const norm = gradientNorm === null ? {} : {gradientNorm};
    this.untold.push({step, trainLoss: loss, validationLoss: null, ...norm, seconds});
    this.speed.push({time: this.now(), step});
    if (this.speed.length > WINDOW) this.speed.shift();
    return this.now() - this.lastTold >= INTERVAL;
  }

  /** What has happened since the last time; null when nothing has. */
  tell(): Extract<Report, {type: "progress"}> | null {
    const [first] = this.speed;
    if (!this.latest || !first || this.untold.length === 0) return null;
    const {step, loss, gradientNorm} = this.latest;
    const {config, trainConfig} = this.trainer;
    const now = this.now();
    this.lastTold = now;
    // One step has no duration yet: the speed is known from the second on.
    const stepsPerSecond =
      step > first.step ? (1000 * (step - first.step)) / Math.max(1, now - first.time) : null;
    return {
      type: "progress",
      step,
      loss,
      gradientNorm,
      tokensPerSecond: stepsPerSecond && stepsPerSecond * trainConfig.batchSize * config.blockSize,
      secondsLeft: stepsPerSecond && (trainConfig.steps - step) / stepsPerSecond,
      history: this.untold.splice(0)
    };
  }
}
