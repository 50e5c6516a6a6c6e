/** A loss in the three units in which it is told. */
export interface Loss {
  /** Nats a token: the cross-entropy. */
  nats: number;
  /** exp(nats): as many equally likely tokens would surprise as much. */
  perplexity: number;
  /** What compares across tokenizers. */
  bitsPerCharacter: number;
}

/** The summed nats of some tokens, which have so many characters (code points), as a loss. */
export function lossOf(nats: number, tokens: number, characters: number): Loss {
  return {
    nats: nats / tokens,
    perplexity: Math.exp(nats / tokens),
    bitsPerCharacter: nats / Math.LN2 / characters
  };
}
