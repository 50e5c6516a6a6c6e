/** The share of a corpus, from its start, that is training text. As nanoGPT. */
export const TRAIN_FRACTION = 0.9;

/** The first ⌊fraction · n⌋ of n tokens for training, the rest for validation; views, not copies. */
export function splitTokens(
  tokens: Uint16Array,
  fraction: number = TRAIN_FRACTION
): {train: Uint16Array; val: Uint16Array} {
  const boundary = Math.floor(tokens.length * fraction);
  return {train: tokens.subarray(0, boundary), val: tokens.subarray(boundary)};
}
