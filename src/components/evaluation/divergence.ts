import type {TrueDistributions} from "../corpus/storyDistributions.js";
import type {Prediction} from "./predictions.js";

/** A place of the text where the model is far from the truth. */
export interface FarPlace {
  /** Which token. */
  index: number;
  /** KL of the model's distribution there from the true one, in nats. */
  divergence: number;
  /** What may come there, most probable first, with the true probability and the model's. */
  truth: {id: number; p: number; q: number}[];
  /** What the model thinks most probable, with the true probability (0: it cannot come). */
  model: {id: number; p: number; q: number}[];
}

export interface DivergenceReport {
  /** Places at which the true distribution is known. */
  places: number;
  /** Means over them, in nats a token: KL(p ‖ q) = −Σ p ln q + Σ p ln p = cross-entropy − entropy. */
  divergence: number;
  crossEntropy: number;
  entropy: number;
  /** Of what really stands there: the mean −ln q and the mean −ln p, the floor of this very text. */
  loss: number;
  floor: number;
  /** Mean probability that the model gives to what cannot come at all. */
  impossible: number;
  /** The farthest, first. */
  far: FarPlace[];
}

const FAR = 12;
const SHOWN = 3;

/**
 * How far a model q is from the true distribution p of a text whose source is known (Kullback & Leibler 1951). Exact at
 * every place: no sampling, the expectation is over all that may come there. The truth knows the whole text before;
 * the model only its window, and what it thereby misses is part of the distance.
 */
export class Divergence {
  /** [N], in nats; NaN where it is not known. */
  readonly byPlace: Float64Array;
  #places = 0;
  #crossEntropy = 0;
  #entropy = 0;
  #loss = 0;
  #floor = 0;
  #impossible = 0;
  #far: FarPlace[] = [];

  /** `truth` of all N tokens of the text, or of as many from the first as are known. */
  constructor(
    private readonly truth: TrueDistributions,
    tokens: number
  ) {
    this.byPlace = new Float64Array(tokens).fill(Number.NaN);
  }

  add({index, id, nats, probabilities, logProbability}: Prediction): void {
    const {offsets, ids, probabilities: p} = this.truth;
    if (index + 1 >= offsets.length) return;
    let [crossEntropy, entropy, possible, floor] = [0, 0, 0, Number.POSITIVE_INFINITY];
    for (let k = offsets[index]!; k < offsets[index + 1]!; k++) {
      crossEntropy -= p[k]! * logProbability(ids[k]!);
      entropy -= p[k]! * Math.log(p[k]!);
      possible += probabilities[ids[k]!]!;
      if (ids[k] === id) floor = -Math.log(p[k]!);
    }
    const divergence = crossEntropy - entropy;
    this.byPlace[index] = divergence;
    this.#places++;
    this.#crossEntropy += crossEntropy;
    this.#entropy += entropy;
    this.#loss += nats;
    this.#floor += floor;
    this.#impossible += Math.max(0, 1 - possible);
    if (this.#far.length < FAR || divergence > this.#far.at(-1)!.divergence)
      this.#keep(index, divergence, probabilities);
  }

  #keep(index: number, divergence: number, q: Float64Array): void {
    const {offsets, ids, probabilities} = this.truth;
    const p = new Map<number, number>();
    for (let k = offsets[index]!; k < offsets[index + 1]!; k++) p.set(ids[k]!, probabilities[k]!);
    const entry = (id: number) => ({id, p: p.get(id) ?? 0, q: q[id]!});
    const truth = [...p.keys()].map(entry).sort((a, b) => b.p - a.p);
    const model = Array.from(q.keys())
      .sort((a, b) => q[b]! - q[a]!)
      .slice(0, SHOWN)
      .map(entry);
    this.#far.push({index, divergence, truth: truth.slice(0, SHOWN), model});
    this.#far.sort((a, b) => b.divergence - a.divergence);
    this.#far.length = Math.min(this.#far.length, FAR);
  }

  /** Null where the true distribution was known at no place so far. */
  report(): DivergenceReport | null {
    const n = this.#places;
    if (n === 0) return null;
    return {
      places: n,
      divergence: (this.#crossEntropy - this.#entropy) / n,
      crossEntropy: this.#crossEntropy / n,
      entropy: this.#entropy / n,
      loss: this.#loss / n,
      floor: this.#floor / n,
      impossible: this.#impossible / n,
      far: [...this.#far]
    };
  }
}
