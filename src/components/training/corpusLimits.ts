/** Bytes from which on a file is read piece by piece: shorter texts are quickly taken whole. */
export const STREAMED_FROM = 4_000_000;

/** Bytes of the largest text that is held as one string, as pasted ones are and books that are to be cleaned. */
export const LARGEST_WHOLE = 20_000_000;

/** Bytes of the largest file: its tokens take up to twice as many, in memory and again while they are stored. */
export const LARGEST_FILE = 1_000_000_000;
