import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {gelu} from "../../src/components/ops/activations.js";
import {add} from "../../src/components/ops/add.js";
import {checkpoint} from "../../src/components/ops/checkpoint.js";
import {differentiable} from "../../src/components/ops/differentiable.js";
import {linear} from "../../src/components/ops/linear.js";
import {createRandom} from "../../src/components/random.js";
import {backendNames, useBackend} from "../backends.js";

const numbers = (seed: number, ...shape: number[]) => {
  const random = createRandom(seed);
  return tf.tensor(Float32Array.from({length: tf.util.sizeFromShape(shape)}, random.normal), shape);
};

/** x is read twice, each parameter once, and a constant. */
const layer = (weight: tf.Tensor, bias: tf.Tensor) => (x: tf.Tensor, shift: tf.Tensor) =>
  add(x, gelu(add(linear(x, weight, bias), shift)));

describe.each(backendNames)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  /** The value of two layers one after the other, and the gradients of all that they read. */
  const valueAndGradients = async (isCheckpointed: boolean) => {
    const inputs = [[3, 4], [4, 4], [4], [4, 4], [4]].map((shape, i) => numbers(i, ...shape));
    const f = (...[x, ...parameters]: tf.Tensor[]) => {
      let y = x!;
      for (const [weight, bias] of [parameters.slice(0, 2), parameters.slice(2)] as [
        tf.Tensor,
        tf.Tensor
      ][]) {
        // Made in the forward pass, as a batch's padding is: whoever needs it later must keep it.
        const shift = tf.fill([3, 4], 0.25);
        const one = layer(weight, bias);
        const reads = {parameters: [weight, bias], constants: [shift]};
        y = isCheckpointed ? checkpoint(y, reads, one) : one(y, shift);
      }
      return y;
    };
    const before = tf.memory().numTensors;
    const {value, grads} = tf.tidy(() => tf.valueAndGrads(f)(inputs, numbers(5, 3, 4)));
    expect(tf.memory().numTensors - before).toBe(1 + grads.length);
    return Promise.all([value, ...grads].map((tensor) => tensor.data()));
  };

  it("gives the same value and the same gradients, bit for bit, and leaves nothing else behind", async () => {
    const plain = await valueAndGradients(false);
    expect(plain.every((numbers) => numbers.some((x) => x !== 0))).toBe(true);
    expect(await valueAndGradients(true)).toEqual(plain);
  });
});

describe("what is kept", () => {
  beforeAll(() => useBackend("cpu"));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it("is x until the backward pass comes, which runs the function again", () => {
    const x = tf.ones([100]);
    let runs = 0;
    let held = 0;
    const deep = (x: tf.Tensor) => {
      runs += 1;
      return gelu(gelu(gelu(x)));
    };
    const before = tf.memory().numBytes;
    tf.grads((x) =>
      differentiable(
        [checkpoint(x!, {parameters: []}, deep)],
        (y) => ({value: tf.clone(y)}),
        (dy) => {
          held = tf.memory().numBytes - before;
          expect(runs).toBe(1);
          return [dy];
        }
      )
    )([x], tf.ones([100]));
    expect(runs).toBe(2);
    // x, the value, its gradient.
    expect(held).toBe(3 * 400);
  });

  it("is not the gradient that came in, which others may need: it is left alone", () => {
    const [x, dy] = [tf.ones([10]), tf.ones([10])];
    tf.grad((x) => checkpoint(x, {parameters: []}, (x) => add(x, gelu(x))))(x, dy);
    expect(dy.isDisposed).toBe(false);
  });

  it("does not stand in the way of other gradients after the function failed the second time", async () => {
    const x = tf.tensor([1, 2, 3]);
    const plain = await tf.grad(gelu)(x).data();
    let runs = 0;
    const failing = (x: tf.Tensor) => {
      runs += 1;
      if (runs === 2) throw new Error("broken");
      return gelu(x);
    };
    expect(() => tf.grad((x) => checkpoint(x, {parameters: []}, failing))(x)).toThrow("broken");
    expect(await tf.grad(gelu)(x).data()).toEqual(plain);
  });
});
