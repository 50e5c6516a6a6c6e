import {habitKeys, habits} from "./habits.js";
import type {Passage} from "./reading.js";

/** What it costs a model to do without a head, in nats a token. */
export interface SilencingCosts {
  /** The loss with every head heard. */
  loss: number;
  /** Tokens that were predicted. */
  tokens: number;
  /** For each head, by how much the loss rises without it. */
  rises: number[];
  /** [heads × habits], row-major: the same over the tokens predicted at the places of a habit; NaN where there are none. */
  risesAt: number[];
}

/** Adds up losses, passage by passage; as `tokenLosses` gives them. */
export class SilencingTally {
  private loss = 0;
  private tokens = 0;
  private readonly rises: Float64Array;
  private readonly risesAt: Float64Array;
  private readonly places = new Float64Array(habits.length);

  constructor(private readonly heads: number) {
    this.rises = new Float64Array(heads);
    this.risesAt = new Float64Array(heads * habits.length);
  }

  /** heard: losses [T] of the whole model; silenced: for each head, those without it. */
  add(passage: Passage, heard: Float64Array, silenced: readonly Float64Array[]): void {
    if (silenced.length !== this.heads)
      throw new RangeError(`There are ${this.heads} heads; losses without ${silenced.length} were given.`);
    const T = heard.length;
    for (let t = 1; t < T; t++) {
      this.loss += heard[t]!;
      this.tokens += 1;
      silenced.forEach((losses, head) => {
        this.rises[head]! += losses[t]! - heard[t]!;
      });
    }
    habitKeys(passage).forEach((queries, habit) => {
      // A query at t predicts token t + 1.
      for (let t = 0; t + 1 < T; t++) {
        if (queries[t]!.length === 0) continue;
        this.places[habit]! += 1;
        silenced.forEach((losses, head) => {
          this.risesAt[head * habits.length + habit]! += losses[t + 1]! - heard[t + 1]!;
        });
      }
    });
  }

  result(): SilencingCosts {
    return {
      loss: this.loss / this.tokens,
      tokens: this.tokens,
      rises: Array.from(this.rises, (sum) => sum / this.tokens),
      risesAt: Array.from(this.risesAt, (sum, i) => sum / this.places[i % habits.length]!)
    };
  }
}

/** All heads but the one of each layer whose silence costs most; [heads] → indices. */
export function allButOneALayer(rises: readonly number[], nHead: number): number[] {
  return rises
    .map((_, head) => head)
    .filter((head) => {
      const layer = Math.floor(head / nHead);
      const row = rises.slice(layer * nHead, (layer + 1) * nHead);
      return head !== layer * nHead + row.indexOf(Math.max(...row));
    });
}
