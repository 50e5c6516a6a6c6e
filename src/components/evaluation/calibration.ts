/** One bin of a reliability curve: predictions whose probability lies in [from, to), in the last also at 1. */
export interface ReliabilityBin {
  from: number;
  to: number;
  /** Predictions in it. */
  count: number;
  /** Their mean probability; NaN where there is none. */
  confidence: number;
  /** The share of them that came true; NaN where there is none. */
  accuracy: number;
}

export interface Reliability {
  bins: ReliabilityBin[];
  /** Σ over the bins of count · |accuracy − confidence|, for each place of the text. */
  expectedError: number;
}

/** What calibration needs to know of the distribution at one place. */
export interface CalibratedPlace {
  /** The most probable token's probability, and whether that token came. */
  top: number;
  hit: boolean;
  /** The probability of the token that came. */
  chance: number;
  /** [BINS]: how many tokens of the vocabulary have a probability in each bin, and their sum. */
  counts: ArrayLike<number>;
  masses: ArrayLike<number>;
}

/** BINS of equal width, as Guo et al. (2017). */
export const BINS = 15;

/**
 * How far a model's probabilities are what they say: of all that it gives 30 %, three in ten should come true. The
 * predictions are sorted into bins of equal width by their probability, and in each bin the mean probability is
 * compared with the share that came true (Naeini, Cooper & Hauskrecht 2015; Guo et al. 2017). `top` looks at the most
 * probable token of each place alone; its `expectedError` is their expected calibration error. `all` looks at every
 * token of the vocabulary at each place. There a place makes V predictions, nearly all close to 0; so that its error
 * has the same scale, it too is divided by the places: the probability mass in the wrong bin, of 1 at each place.
 */
export class Calibration {
  readonly #top = new Bins();
  readonly #all = new Bins();
  #places = 0;

  readonly #counts = new Float64Array(BINS);
  readonly #masses = new Float64Array(BINS);

  /** One place: the distribution [V] and the token that came. */
  add(probabilities: Float64Array, id: number): void {
    const best = sortIntoBins(probabilities, this.#counts, this.#masses);
    this.addPlace({
      top: probabilities[best]!,
      hit: best === id,
      chance: probabilities[id]!,
      counts: this.#counts,
      masses: this.#masses
    });
  }

  /** The same of a place whose distribution is summed up already. */
  addPlace({top, hit, chance, counts, masses}: CalibratedPlace): void {
    this.#places++;
    this.#top.add(top, hit);
    this.#all.addSums(counts, masses, chance);
  }

  report(): {places: number; top: Reliability; all: Reliability} {
    return {
      places: this.#places,
      top: this.#top.report(this.#places),
      all: this.#all.report(this.#places)
    };
  }
}

const binOf = (p: number): number => Math.min(BINS - 1, Math.floor(p * BINS));

/** Writes how many tokens of a distribution are in each bin, and their probability [BINS]; the id of the most probable. */
export function sortIntoBins(
  probabilities: Float64Array,
  counts: Float64Array,
  masses: Float64Array
): number {
  counts.fill(0);
  masses.fill(0);
  let best = 0;
  for (let id = 0; id < probabilities.length; id++) {
    const p = probabilities[id]!;
    if (p > probabilities[best]!) best = id;
    const bin = binOf(p);
    counts[bin]!++;
    masses[bin]! += p;
  }
  return best;
}

class Bins {
  readonly #counts = new Float64Array(BINS);
  readonly #mass = new Float64Array(BINS);
  readonly #hits = new Float64Array(BINS);

  add(p: number, hit: boolean): void {
    const bin = binOf(p);
    this.#counts[bin]!++;
    this.#mass[bin]! += p;
    if (hit) this.#hits[bin]!++;
  }

  /** Many predictions, of which the one with this probability came true. */
  addSums(counts: ArrayLike<number>, masses: ArrayLike<number>, chance: number): void {
    for (let bin = 0; bin < BINS; bin++) {
      this.#counts[bin]! += counts[bin]!;
      this.#mass[bin]! += masses[bin]!;
    }
    this.#hits[binOf(chance)]!++;
  }

  report(places: number): Reliability {
    let error = 0;
    const bins = Array.from({length: BINS}, (_, bin) => {
      const [count, mass, hits] = [this.#counts[bin]!, this.#mass[bin]!, this.#hits[bin]!];
      error += Math.abs(hits - mass);
      return {
        from: bin / BINS,
        to: (bin + 1) / BINS,
        count,
        confidence: mass / count,
        accuracy: hits / count
      };
    });
    return {bins, expectedError: error / places};
  }
}
