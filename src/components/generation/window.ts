/**
 * Where the window begins from which token `position` of a text is predicted. A model sees at most
 * `blockSize` tokens: up to there the window begins at 0. When it is full it moves on by half (and the model
 * reads the second half anew), so that a window never holds less than half a context and moves seldom. It
 * depends on the position alone, so that generating a text and scoring it give each token the same
 * probability.
 */
export function windowStart(position: number, blockSize: number): number {
  if (position <= blockSize) return 0;
  const stride = windowStride(blockSize);
  return Math.ceil((position - blockSize) / stride) * stride;
}

/** How far a full window moves on: half a context. */
export const windowStride = (blockSize: number): number => Math.max(1, Math.floor(blockSize / 2));
