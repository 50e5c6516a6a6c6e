import {distribution, PLAIN} from "../../generation/distribution.js";
import {type PackedNumbers, pack, unpack} from "../attention/packedTrace.js";
import {tokenLosses} from "./tokenLosses.js";

/** A token that may come next, and how likely it is. */
export interface Candidate {
  token: string;
  probability: number;
}

/** A line as all heads of a model read it. Row-major. */
export interface HeadLine {
  tokens: readonly string[];
  /** [L·H, T, T] */
  attention: Float32Array;
  /** [T], nats; NaN for the first. */
  losses: ArrayLike<number>;
  /** For each of the T places, what may come next, likeliest first: all tokens, or those worth keeping. */
  next: readonly (readonly Candidate[])[];
}

/** The same in JSON: only what a causal mask leaves, only some candidates. */
export interface PackedLine extends Pick<HeadLine, "tokens" | "next"> {
  heads: number;
  causal: boolean;
  attention: PackedNumbers;
  /** null for the first. */
  losses: (number | null)[];
}

/** Puts a line together from one pass. `texts`: the text of every token of the vocabulary. */
export function headLine(
  pass: {ids: ArrayLike<number>; attention: Float32Array; logits: Float32Array},
  tokens: readonly string[],
  texts: readonly string[]
): HeadLine {
  const T = tokens.length;
  const V = pass.logits.length / T;
  return {
    tokens,
    attention: pass.attention,
    losses: tokenLosses(pass.logits, pass.ids),
    next: tokens.map((_, t) => {
      const {ids, probabilities} = distribution(pass.logits.slice(t * V, (t + 1) * V), PLAIN);
      return Array.from(ids, (id) => ({token: texts[id] ?? "", probability: probabilities[id]!}));
    })
  };
}

export function packLine(
  {tokens, attention, losses, next}: HeadLine,
  {heads, causal, candidates}: {heads: number; causal: boolean; candidates: number}
): PackedLine {
  const kept = seen(heads, tokens.length, causal).map((at) => attention[at]!);
  return {
    tokens,
    heads,
    causal,
    attention: pack(Float32Array.from(kept)),
    losses: Array.from(losses, (loss) => (Number.isNaN(loss) ? null : Number(loss.toFixed(4)))),
    next: next.map((list) =>
      list
        .slice(0, candidates)
        .map(({token, probability}) => ({token, probability: Number(probability.toPrecision(3))}))
    )
  };
}

export function unpackLine({tokens, heads, causal, attention, losses, next}: PackedLine): HeadLine {
  const T = tokens.length;
  const values = unpack(attention);
  const whole = new Float32Array(heads * T * T);
  seen(heads, T, causal).forEach((at, i) => {
    whole[at] = values[i]!;
  });
  return {tokens, attention: whole, losses: losses.map((loss) => loss ?? Number.NaN), next};
}

/** Where the weights stand that are not 0 by the mask. */
function seen(heads: number, T: number, causal: boolean): number[] {
  const places: number[] = [];
  for (let head = 0; head < heads; head++)
    for (let query = 0; query < T; query++)
      for (let key = 0; key < (causal ? query + 1 : T); key++) places.push((head * T + query) * T + key);
  return places;
}
