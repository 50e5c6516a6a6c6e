import type {TrueDistributions} from "../../corpus/storyDistributions.js";
import type {Tokenizer} from "../../text/tokenizer.js";
import {tokenTexts} from "../../text/tokenTexts.js";
import type {Span} from "./passages.js";

/** A token that may come: what a model gives it, and what is true; null where the truth is not known. */
export interface Candidate {
  token: string;
  model: number;
  truth: number | null;
}

/** One token of a text, and what was to be expected there. */
export interface TruthPlace {
  token: string;
  /** −ln of the model's probability of it, in nats. */
  nats: number;
  /** Those with most probability in either, what came among them: `candidates[came]`. */
  candidates: Candidate[];
  came: number;
  /** What is known where the truth is: −ln p of what came, and KL(p ‖ q), in nats. */
  truth: {nats: number; divergence: number} | null;
}

/** What a model said before each token of a text of N. */
export interface Said {
  ids: Uint16Array;
  /** [N, V] */
  probabilities: Float32Array;
  /** [N]: −ln q of what came. */
  nats: Float64Array;
  truth: TrueDistributions | null;
  /** [N], in nats; null without the truth. */
  divergences: Float64Array | null;
}

/** Candidates of a place; all but what came have at least this probability, true or the model's. */
const MOST = 6;
const LEAST = 0.001;

/** The places of a passage. Numbers keep four digits, which is more than a bar shows. */
export function truthPlaces(said: Said, {start, end}: Span, tokenizer: Tokenizer): TruthPlace[] {
  const {ids, probabilities, nats, truth, divergences} = said;
  const V = tokenizer.vocabulary.length;
  const texts = tokenTexts(ids.subarray(start - 1, end), tokenizer);
  return Array.from({length: end - start}, (_, i) => {
    const place = start + i;
    const q = probabilities.subarray(place * V, (place + 1) * V);
    const p = truth && trueAt(truth, place);
    const id = ids[place]!;
    const most = (other: number) => Math.max(q[other]!, p?.get(other) ?? 0);
    const others = Array.from(q.keys())
      .filter((other) => other !== id && most(other) >= LEAST)
      .sort((a, b) => most(b) - most(a))
      .slice(0, MOST - 1);
    const shown = [id, ...others].sort((a, b) => (p?.get(b) ?? 0) - (p?.get(a) ?? 0) || q[b]! - q[a]!);
    const divergence = divergences?.[place];
    const known = p && divergence !== undefined && !Number.isNaN(divergence);
    return {
      token: texts[i + 1]!,
      nats: rounded(nats[place]!),
      candidates: shown.map((other) => ({
        token: other === id ? texts[i + 1]! : tokenTexts([ids[place - 1]!, other], tokenizer)[1]!,
        model: rounded(q[other]!),
        truth: p && rounded(p.get(other) ?? 0)
      })),
      came: shown.indexOf(id),
      truth: known ? {nats: rounded(-Math.log(p.get(id) ?? 0)), divergence: rounded(divergence)} : null
    };
  });
}

/** The true distribution at a place; null past what is known. */
function trueAt({offsets, ids, probabilities}: TrueDistributions, place: number): Map<number, number> | null {
  if (place + 1 >= offsets.length) return null;
  const p = new Map<number, number>();
  for (let k = offsets[place]!; k < offsets[place + 1]!; k++) p.set(ids[k]!, probabilities[k]!);
  return p;
}

const rounded = (x: number): number => Number(x.toPrecision(4));
