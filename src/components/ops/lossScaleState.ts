/** A loss scale at rest: the factor, and the updates since it last changed. */
export type LossScaleState = [scale: number, updates: number];

/** As far as it grows; it shrinks to 1. Powers of two, by which float32 is multiplied and divided exactly. */
export const MOST_LOSS_SCALE = 2 ** 24;
