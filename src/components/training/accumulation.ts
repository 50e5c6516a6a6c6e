import * as tf from "@tensorflow/tfjs-core";
import {type Batch, targetCount} from "../corpus/batches.js";
import type {Variables} from "../model/parameterTensors.js";
import {kernelsAreOn} from "../ops/webgpu/kernels.js";
import {flatOf} from "../webgpu/flatTensors.js";
import {addGradients, beginGradients} from "../webgpu/gradientPlaces.js";

export interface LossAndGradients {
  loss: tf.Scalar;
  gradients: Record<string, tf.Tensor>;
}

/** Some rows of a batch, and how many come before them. */
export interface BatchPiece {
  batch: Batch;
  firstRow: number;
}

/** Pieces of at most `rows` windows of `blockSize` tokens, in order; a batch that is no larger is its only piece. */
export function splitBatch(batch: Batch, blockSize: number, rows: number): BatchPiece[] {
  const all = batch.inputs.length / blockSize;
  if (all <= rows) return [{batch, firstRow: 0}];
  return Array.from({length: Math.ceil(all / rows)}, (_, i) =>
    rowsOf(batch, blockSize, i * rows, (i + 1) * rows)
  );
}

/** The rows of a batch, of `blockSize` tokens each, from `firstRow` up to, and without, `end`. */
export function rowsOf(batch: Batch, blockSize: number, firstRow: number, end: number): BatchPiece {
  const cut = <Numbers extends Int32Array | Uint8Array>(numbers: Numbers) =>
    numbers.subarray(firstRow * blockSize, end * blockSize) as Numbers;
  const {inputs, targets, padding} = batch;
  return {
    firstRow,
    batch: {inputs: cut(inputs), targets: cut(targets), ...(padding && {padding: cut(padding)})}
  };
}

/** The share of a batch's targets that each of its pieces has. */
export function sharesOf(pieces: readonly BatchPiece[]): number[] {
  const counts = pieces.map(({batch}) => targetCount(batch));
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
}

/**
 * The mean loss of a batch and its gradients from those of its pieces, each weighted by its share of the targets. What
 * a piece keeps for its backward pass is gone before the next one begins. Where `parameters` are those that lie in one
 * buffer, so do the sums, until the next call. Throws RangeError where there is no piece.
 */
export function accumulate<Piece>(
  pieces: readonly Piece[],
  shares: readonly (number | tf.Tensor)[],
  compute: (piece: Piece, index: number) => LossAndGradients,
  parameters: Variables = {}
): LossAndGradients {
  if (pieces.length === 1) {
    beginGradients(parameters);
    return compute(pieces[0]!, 0);
  }
  let sum: LossAndGradients | null = null;
  for (const [i, piece] of pieces.entries()) {
    const before: LossAndGradients | null = sum;
    beginGradients(parameters);
    sum = tf.tidy(() => addTo(before, compute(piece, i), shares[i]!, parameters));
    if (before) tf.dispose([before.loss, ...Object.values(before.gradients)]);
  }
  if (!sum) throw new RangeError("There is no batch to compute a gradient of.");
  return sum;
}

function addTo(
  sum: LossAndGradients | null,
  {loss, gradients}: LossAndGradients,
  share: number | tf.Tensor,
  parameters: Variables
) {
  const plus = (before: tf.Tensor | undefined, value: tf.Tensor) => {
    const part = tf.mul(value, share);
    return before ? tf.add(before, part) : part;
  };
  const flat = kernelsAreOn() ? flatOf(parameters) : null;
  return {
    loss: plus(sum?.loss, loss) as tf.Scalar,
    gradients: flat
      ? addGradients(flat, gradients, typeof share === "number" ? tf.scalar(share) : share, !sum)
      : Object.fromEntries(
          Object.entries(gradients).map(([name, gradient]) => [name, plus(sum?.gradients[name], gradient)])
        )
  };
}
