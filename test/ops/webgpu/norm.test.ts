import * as tf from "@tensorflow/tfjs-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {layerNorm} from "../../../src/components/ops/layerNorm.js";
import {rmsNorm} from "../../../src/components/ops/rmsNorm.js";
import {setRowWork} from "../../../src/components/ops/webgpu/rowWork.js";
import {useBackend} from "../../backends.js";
import {expectParity, normal, outcome} from "./parity.js";

/** Sums of up to a thousand float32 numbers, in another order than the definition's: a few units in the sixth digit. */
const TOLERANCE = {forward: 3e-6, backward: 1e-5};

/** [.., C]: one number, one row, widths with and without 4 as a divisor, wider than a workgroup, many rows. */
const shapes = [
  [1, 1],
  [1, 8],
  [2, 3, 5],
  [3, 130],
  [2, 2, 1028],
  [1030, 4]
];

describe.each(["thread", "workgroup", "subgroup"] as const)("norms of which a %s computes a row", (work) => {
  beforeAll(async () => {
    await useBackend("webgpu");
    setRowWork(work);
  });
  afterAll(() => setRowWork(null));

  const parts = (shape: number[]) => {
    const C = shape.at(-1)!;
    const x = tf.tidy(() => tf.add(normal(shape, 1, 2), 0.7));
    return {inputs: [x, normal([C], 2), normal([C], 3)], dy: normal(shape, 4)};
  };

  describe.each(shapes.map((shape) => [shape]))("%j", (shape) => {
    it("layerNorm agrees with its definition", async () => {
      const {inputs, dy} = parts(shape);
      const ran = await expectParity((x, gain, bias) => layerNorm(x!, gain!, bias!), inputs, dy, TOLERANCE);
      expect([ran.forward.length, ran.backward.length]).toEqual([1, 2]);
    });

    it("layerNorm without bias agrees with its definition", async () => {
      const {inputs, dy} = parts(shape);
      await expectParity((x, gain) => layerNorm(x!, gain!, null), inputs.slice(0, 2), dy, TOLERANCE);
    });

    it("rmsNorm agrees with its definition", async () => {
      const {inputs, dy} = parts(shape);
      const ran = await expectParity((x, gain) => rmsNorm(x!, gain!), inputs.slice(0, 2), dy, TOLERANCE);
      expect([ran.forward.length, ran.backward.length]).toEqual([1, 2]);
    });
  });

  it("keeps NaN in its row, and lets it into the sums over rows", async () => {
    const x = tf.tensor2d([1, 2, Number.NaN, 4, 1, 2, 3, 5], [2, 4]);
    const [gain, bias] = [tf.ones([4]), tf.zeros([4])];
    const {value, gradients} = await outcome(
      (x, gain, bias) => layerNorm(x!, gain!, bias!),
      [x, gain, bias],
      tf.ones([2, 4]),
      true
    );
    const areNaN = (values: Float32Array | undefined) => [...values!].map(Number.isNaN);
    const firstRow = [true, true, true, true, false, false, false, false];
    expect(areNaN(value)).toEqual(firstRow);
    expect(areNaN(gradients[0])).toEqual(firstRow);
    expect(areNaN(gradients[1])).toEqual([true, true, true, true]);
    expect(areNaN(gradients[2])).toEqual([false, false, false, false]);
  });

  it("leaves nothing behind", () => {
    const {inputs, dy} = parts([3, 8]);
    const [x, gain, bias] = inputs;
    const before = tf.memory().numTensors;
    const run = () =>
      tf.dispose(tf.grads((x, gain, bias) => layerNorm(x!, gain!, bias!))([x!, gain!, bias!], dy));
    run();
    expect(tf.memory().numTensors).toBe(before);
  });
});
