import {counted, type Link} from "./link.js";
import type {Cargo, MemberStep, TimedTurn} from "./memberStep.js";
import type {Turn} from "./pipelineSchedule.js";
import {stopwatch} from "./stopwatch.js";

/** One step's post of a stage: counts what is sent by what it is, and tells the time that it waits from that of computing. */
export class Messenger {
  private readonly sent: MemberStep["sent"] = {};
  private readonly turns: TimedTurn[] = [];
  private readonly clock;
  private computing = 0;
  private exchanging = 0;

  constructor(
    private readonly link: Link,
    private readonly now: () => number
  ) {
    this.clock = stopwatch(now);
  }

  /** Hands numbers over: the sender must not use them again. */
  send(cargo: Cargo, numbers: Float32Array): void {
    this.computing += this.clock.lap();
    this.sent[cargo] ??= {messages: 0, bytes: 0};
    counted(this.link, this.sent[cargo]).send(numbers);
    this.exchanging += this.clock.lap();
  }

  async receive(): Promise<Float32Array> {
    this.computing += this.clock.lap();
    const numbers = await this.link.receive();
    this.exchanging += this.clock.lap();
    return numbers;
  }

  /** Notes when a turn was taken. */
  took({pass, piece}: Turn, start: number, end = this.now()): void {
    this.turns.push({pass, piece, start, end});
  }

  /** What there was until now. */
  end(): Pick<MemberStep, "sent" | "computing" | "exchanging" | "turns"> {
    this.computing += this.clock.lap();
    const {sent, computing, exchanging, turns} = this;
    return {sent, computing, exchanging, turns};
  }
}
