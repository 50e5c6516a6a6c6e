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

  /** One place: the distribution [V] and the token that came. */
  add(probabilities: Float64Array, id: number): void {
    this.#places++;
    let best = 0;
    for (let other = 0; other < probabilities.length; other++) {
      const p = probabilities[other]!;
      if (p > probabilities[best]!) best = other;
      this.#all.add(p, other === id);
    }
    this.#top.add(probabilities[best]!, best === id);
  }

  report(): {places: number; top: Reliability; all: Reliability} {
    return {
      places: this.#places,
      top: this.#top.report(this.#places),
      all: this.#all.report(this.#places)
    };
  }
}

class Bins {
  readonly #counts = new Float64Array(BINS);
  readonly #mass = new Float64Array(BINS);
  readonly #hits = new Float64Array(BINS);

  add(p: number, hit: boolean): void {
    const bin = Math.min(BINS - 1, Math.floor(p * BINS));
    this.#counts[bin]!++;
    this.#mass[bin]! += p;
    if (hit) this.#hits[bin]!++;
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
