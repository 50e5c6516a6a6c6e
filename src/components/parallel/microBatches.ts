import type {Batch} from "../corpus/batches.js";
import {type BatchPiece, rowsOf, sharesOf} from "../training/accumulation.js";

/** Some rows of a batch that go through a pipeline together. */
export interface MicroBatch extends BatchPiece {
  /** Their share of the batch's targets, by which their mean loss counts in the batch's. */
  share: number;
}

/** A batch of rows of `blockSize` tokens in `count` micro-batches, in order; none has more than one row above another. */
export function microBatches(batch: Batch, blockSize: number, count: number): MicroBatch[] {
  const rows = batch.inputs.length / blockSize;
  const firstRow = (i: number) => Math.floor((i * rows) / count);
  const pieces = Array.from({length: count}, (_, i) =>
    rowsOf(batch, blockSize, firstRow(i), firstRow(i + 1))
  );
  const shares = sharesOf(pieces);
  return pieces.map((piece, i) => ({...piece, share: shares[i]!}));
}
