/** A counting model: how often each token followed each run of up to order − 1 tokens. */
export interface NgramModel {
  /** ln p of token i of a text, given the tokens before it. */
  logProbability(tokens: ArrayLike<number>, i: number): number;
}

/** What followed one context. */
export interface Followers {
  /** Occurrences of the context that something followed. */
  total: number;
  /** How often each token followed. */
  counts: Map<number, number>;
}

export interface NgramCounts {
  readonly order: number;
  readonly vocabSize: number;
  /** What followed the `length` tokens before token i of a text; undefined where they were never met. */
  followers(tokens: ArrayLike<number>, i: number, length: number): Followers | undefined;
}

/** What counts of runs of `order` tokens are called, from 1: "bigram", "5-gram". */
export const ngramName = (order: number): string =>
  ["unigram", "bigram", "trigram"][order - 1] ?? `${order}-gram`;

/** Tokens counted between two reports of progress. */
const REPORT = 50_000;

/**
 * p of token i of a text, given the tokens before it, by n-grams of order 1, 2, … `order`: [order]. Longer contexts are
 * interpolated with shorter ones after Witten & Bell (1991), as in Chen & Goodman (1998), eq. 16: with N occurrences
 * of a context and D distinct followers, p(t | context) = (count(t) + D · p(t | shorter context)) / (N + D), down to
 * 1 / V. A context that never was adds nothing.
 */
export function wittenBell(ngrams: NgramCounts, text: ArrayLike<number>, i: number): Float64Array {
  const {order, vocabSize} = ngrams;
  const probabilities = new Float64Array(order);
  let p = 1 / vocabSize;
  for (let length = 0; length < order; length++) {
    const followers = ngrams.followers(text, i, length);
    // What never was cannot end a longer context that was.
    if (!followers) return probabilities.fill(p, length);
    const {total, counts} = followers;
    p = ((counts.get(text[i]!) ?? 0) + counts.size * p) / (total + counts.size);
    probabilities[length] = p;
  }
  return probabilities;
}

/**
 * Counts the n-grams of a text of tokens 0 … vocabSize − 1, up to n = order; `onProgress` hears how many tokens are
 * counted. Throws RangeError for an order that is not a whole number from 1.
 */
export function countNgrams(
  tokens: ArrayLike<number>,
  {order, vocabSize}: {order: number; vocabSize: number},
  onProgress?: (tokens: number) => void
): NgramCounts {
  if (!Number.isInteger(order) || order < 1)
    throw new RangeError(`The order of an n-gram is ${order}; it must be a whole number from 1.`);
  // Contexts are nodes of a tree that goes back from token i: a node's child is the context with one token more before it.
  const children = new Map<number, number>();
  const nodes: Followers[] = [{total: 0, counts: new Map()}];
  const edge = (node: number, token: number) => node * vocabSize + token;
  for (let i = 0; i < tokens.length; i++) {
    if (i % REPORT === 0) onProgress?.(i);
    const token = tokens[i]!;
    for (let node = 0, length = 0; ; ) {
      const {counts} = nodes[node]!;
      nodes[node]!.total++;
      counts.set(token, (counts.get(token) ?? 0) + 1);
      if (++length >= order || length > i) break;
      const key = edge(node, tokens[i - length]!);
      let next = children.get(key);
      if (next === undefined) {
        next = nodes.push({total: 0, counts: new Map()}) - 1;
        children.set(key, next);
      }
      node = next;
    }
  }
  return {
    order,
    vocabSize,
    followers(text, i, length) {
      if (length > i) return;
      let node = 0;
      for (let back = 1; back <= length; back++) {
        const next = children.get(edge(node, text[i - back]!));
        if (next === undefined) return;
        node = next;
      }
      return nodes[node];
    }
  };
}

/** Counts a text's n-grams, n = order, smoothed as `wittenBell` has it. What no large model should fail to beat. */
export function trainNgram(
  tokens: ArrayLike<number>,
  {order, vocabSize}: {order: number; vocabSize: number}
): NgramModel {
  const ngrams = countNgrams(tokens, {order, vocabSize});
  return {logProbability: (text, i) => Math.log(wittenBell(ngrams, text, i)[order - 1]!)};
}

/** The mean of −ln p over a text by n-grams of each order 1 … `order`, in nats a token: [order]. */
export function ngramLosses(ngrams: NgramCounts, tokens: ArrayLike<number>): number[] {
  const sums = new Array<number>(ngrams.order).fill(0);
  for (let i = 0; i < tokens.length; i++)
    wittenBell(ngrams, tokens, i).forEach((p, k) => {
      sums[k]! -= Math.log(p);
    });
  return sums.map((sum) => sum / tokens.length);
}

/** The mean of −ln p over a text, in nats a token. */
export function ngramLoss(model: NgramModel, tokens: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < tokens.length; i++) sum -= model.logProbability(tokens, i);
  return sum / tokens.length;
}
