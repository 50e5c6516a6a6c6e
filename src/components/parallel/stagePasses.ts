import * as tf from "@tensorflow/tfjs-core";
import type {Pass} from "../model/pass.js";
import {blocks, embed, readOut} from "../model/transformer.js";
import {crossEntropy} from "../ops/crossEntropy.js";
import {differentiable} from "../ops/differentiable.js";
import type {Trainer} from "../training/trainer.js";
import type {MicroBatch} from "./microBatches.js";

export type Gradients = Record<string, tf.Tensor>;

/** The front's layers, embedding and first blocks, on a micro-batch of b rows: → x [b, T, C]. */
export const frontForward = (trainer: Trainer, cut: number, piece: MicroBatch): tf.Tensor =>
  tf.tidy(() => frontLayers(trainer, cut, piece)());

/** Their way back, from the gradient of x. Computes the layers again, as GPipe does: nothing was kept of them. */
export function frontBackward(trainer: Trainer, cut: number, piece: MicroBatch, dx: Float32Array): Gradients {
  const {blockSize, nEmbd} = trainer.config;
  const {parameters} = trainer.model;
  return tf.tidy(() => {
    const dy = tf.tensor(dx, [dx.length / (blockSize * nEmbd), blockSize, nEmbd]);
    const gradients = tf.grads(frontLayers(trainer, cut, piece))(Object.values(parameters), dy);
    return named(Object.keys(parameters), gradients);
  });
}

export interface BackPasses {
  /** The micro-batch's mean loss times its share, scalar; so are the gradients weighted. */
  loss: tf.Tensor;
  /** Gradient of the loss for x, [b, T, C]. */
  dx: tf.Tensor;
  gradients: Gradients;
}

/** The back's last blocks and scores, from what the front sent to the loss and back; hears of the way back as it begins. */
export function backPasses(
  trainer: Trainer,
  cut: number,
  piece: MicroBatch,
  numbers: Float32Array,
  onBackward: () => void
): BackPasses {
  const {nLayer, nEmbd} = trainer.config;
  const {parameters} = trainer.model;
  return tf.tidy(() => {
    const {ids, targets, labelSmoothing, pass} = passOf(trainer, piece);
    const x = tf.tensor(numbers, [...ids.shape, nEmbd]);
    const lossOf = (x: tf.Tensor) =>
      crossEntropy(readOut(pass, blocks(pass, x, cut, nLayer)), targets, labelSmoothing);
    const {value, grads} = tf.valueAndGrads((x: tf.Tensor) => weighted(lossOf(x), piece.share, onBackward))([
      x,
      ...Object.values(parameters)
    ]);
    const [dx, ...gradients] = grads as [tf.Tensor, ...tf.Tensor[]];
    return {loss: value, dx, gradients: named(Object.keys(parameters), gradients)};
  });
}

/** The sum of a micro-batch's gradients and those of the ones before it, which are freed. */
export function plus(sum: Gradients | null, more: Gradients): Gradients {
  if (!sum) return more;
  const all = Object.entries(more).map(([name, gradient]) => [name, tf.add(sum[name]!, gradient)]);
  tf.dispose([sum, more]);
  return Object.fromEntries(all);
}

function frontLayers(trainer: Trainer, cut: number, piece: MicroBatch): () => tf.Tensor {
  const {ids, pass} = passOf(trainer, piece);
  return () => blocks(pass, embed(pass, ids), 0, cut);
}

function passOf(trainer: Trainer, {batch, firstRow}: MicroBatch) {
  const {config, model} = trainer;
  const {ids, targets, padding} = model.toTensors(batch);
  const {labelSmoothing, ...asked} = trainer.lossOptions(firstRow);
  const pass: Pass = {config, parameters: model.parameters, ...asked, ...(padding && {padding})};
  return {ids, targets, labelSmoothing, pass};
}

/** y times a share. */
function weighted(y: tf.Tensor, share: number, onBackward: () => void): tf.Tensor {
  return differentiable(
    [y],
    (y) => ({value: tf.mul(y, share)}),
    (dy) => {
      onBackward();
      return [tf.mul(dy, share)];
    }
  );
}

const named = (names: readonly string[], tensors: readonly tf.Tensor[]): Gradients =>
  Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
