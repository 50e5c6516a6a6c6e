import {habitKeys, habits} from "./habits.js";
import type {Passage} from "./reading.js";

export interface HeadScores {
  /** [heads × habits], row-major: mean weights; NaN where a habit had no place. */
  weights: number[];
  /** For each habit, the same of a head that looks at everything alike. */
  even: number[];
  /** For each habit, the queries it was counted at. */
  places: number[];
}

/**
 * Adds up, passage by passage, how much of their attention heads give to the keys of each habit. The score of a head
 * is its mean over the queries that the habit speaks of: Σ_t Σ_{s ∈ keys(t)} w(t, s) / number of such t.
 */
export class HeadScorer {
  private readonly sums: Float64Array;
  private readonly even = new Float64Array(habits.length);
  private readonly places = new Float64Array(habits.length);

  constructor(private readonly heads: number) {
    this.sums = new Float64Array(heads * habits.length);
  }

  /** attention: [heads, T, T], row-major, of a passage of T tokens. Throws RangeError for another length. */
  add(attention: ArrayLike<number>, passage: Passage): void {
    const T = passage.tokens.length;
    if (attention.length !== this.heads * T * T)
      throw new RangeError(
        `${this.heads} heads over ${T} tokens have ${this.heads * T * T} weights; ${attention.length} were given.`
      );
    const all = habitKeys(passage);
    all.forEach((queries, habit) => {
      queries.forEach((keys, t) => {
        if (keys.length === 0) return;
        this.places[habit]! += 1;
        this.even[habit]! += keys.length / (t + 1);
        for (let head = 0; head < this.heads; head++) {
          const row = (head * T + t) * T;
          let weight = 0;
          for (const key of keys) weight += attention[row + key]!;
          this.sums[head * habits.length + habit]! += weight;
        }
      });
    });
  }

  result(): HeadScores {
    return {
      weights: Array.from(this.sums, (sum, i) => sum / this.places[i % habits.length]!),
      even: Array.from(this.even, (sum, i) => sum / this.places[i]!),
      places: [...this.places]
    };
  }
}
