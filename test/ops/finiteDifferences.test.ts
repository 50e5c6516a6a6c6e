import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, expect, it} from "vitest";
import {useBackend} from "../backends.js";
import {boundOp, differentiableCases} from "./cases.js";
import {type OpCase, relativeError, toTensor} from "./fixtures.js";

/**
 * Central differences in float32: the step of 1e-2 leaves a truncation error of about 1e-4 of the third derivative, and
 * rounding of the loss (1e-7 of its size) is divided by 2e-2.
 */
const STEP = 1e-2;
const TOLERANCE = 2e-3;

// Gradients are one definition for all backends, so the slowest check runs on the most exact one.
beforeAll(() => useBackend("cpu"));
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

it.each(differentiableCases)("%s has the gradients of its own value", async (_, fixture) => {
  const op = boundOp(fixture);
  const inputs = Object.values(fixture.inputs).map(toTensor);
  const gradients = tf.grads((...xs: tf.Tensor[]) => op(xs))(inputs, toTensor(fixture.dy));
  for (const [i, gradient] of gradients.entries())
    expect(relativeError(await gradient.data(), differences(fixture, i))).toBeLessThan(TOLERANCE);
});

/** d(Σ value ∘ dy)/dx for every element of input `which`, by central differences. */
function differences(fixture: OpCase, which: number): number[] {
  const op = boundOp(fixture);
  const flat = Object.values(fixture.inputs);
  // Summed in float64, so that rounding stays that of the op itself.
  const objective = (element: number, shift: number): number => {
    const value = tf.tidy(() => {
      const moved = flat.map(({shape, data}, i) =>
        toTensor({shape, data: i === which ? data.with(element, data[element]! + shift) : data})
      );
      return op(moved).dataSync();
    });
    return fixture.dy!.data.reduce((sum, weight, i) => sum + weight * value[i]!, 0);
  };
  return flat[which]!.data.map((_, i) => (objective(i, STEP) - objective(i, -STEP)) / (2 * STEP));
}
