import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {
  bowl,
  contourAxes,
  descend,
  EXAMPLES,
  gradientOf,
  type Line,
  largestRate,
  lossOf,
  oneExample
} from "../../../src/components/chapters/vectors/valley.js";
import {linear} from "../../../src/components/ops/linear.js";
import {meanSquaredError} from "../../../src/components/ops/meanSquaredError.js";
import {createRandom} from "../../../src/components/random.js";
import {useBackend} from "../../backends.js";

const somewhere: Line = {w: 0.7, b: -0.3};
const run = (rate: number, steps: number) => {
  let line = somewhere;
  for (let i = 0; i < steps; i++) line = descend(line, rate);
  return line;
};

describe("the valley", () => {
  beforeAll(() => useBackend("cpu"));

  it("is the loss of a linear layer, with the gradient of the ops", async () => {
    const column = (values: readonly number[]) => tf.tensor2d([...values], [values.length, 1]);
    const {value, grads} = tf.valueAndGrads(
      (w, b) => meanSquaredError(linear(column(EXAMPLES.x), w!, b!), column(EXAMPLES.y)) as tf.Scalar
    )([tf.tensor2d([somewhere.w], [1, 1]), tf.tensor1d([somewhere.b])]);
    expect(lossOf(somewhere)).toBeCloseTo((await value.data())[0]!, 5);
    const gradient = gradientOf(somewhere);
    expect(gradient.w).toBeCloseTo((await grads[0]!.data())[0]!, 5);
    expect(gradient.b).toBeCloseTo((await grads[1]!.data())[0]!, 5);
  });

  it("has the contours that are drawn", () => {
    const shape = bowl();
    const flat = gradientOf(shape.lowest);
    expect(Math.hypot(flat.w, flat.b)).toBeLessThan(1e-9);
    expect(shape.curvatures[0] / shape.curvatures[1]).toBeGreaterThan(10);
    const axes = contourAxes(shape, 2);
    for (const [axis, turn] of [
      [axes[0], 0],
      [axes[1], Math.PI / 2]
    ] as const) {
      const angle = shape.angle + turn;
      const at = {w: shape.lowest.w + axis * Math.cos(angle), b: shape.lowest.b + axis * Math.sin(angle)};
      expect(lossOf(at)).toBeCloseTo(2, 9);
    }
  });

  it("lets no ball rest at a rate above the largest", () => {
    const limit = largestRate(bowl());
    expect(lossOf(run(0.97 * limit, 2000))).toBeCloseTo(bowl().loss, 4);
    expect(lossOf(run(1.03 * limit, 2000))).toBeGreaterThan(1e6);
  });

  it("has single examples whose gradients are right on average", () => {
    const random = createRandom(2);
    const mean = {w: 0, b: 0};
    const draws = 20_000;
    for (let i = 0; i < draws; i++) {
      const gradient = gradientOf(somewhere, oneExample(random));
      mean.w += gradient.w / draws;
      mean.b += gradient.b / draws;
    }
    const gradient = gradientOf(somewhere);
    expect(mean.w).toBeCloseTo(gradient.w, 1);
    expect(mean.b).toBeCloseTo(gradient.b, 1);
  });
});
