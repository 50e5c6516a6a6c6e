import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {adamW} from "../../src/components/ops/adamW.js";
import {add} from "../../src/components/ops/add.js";
import {attention} from "../../src/components/ops/attention.js";
import {clipByGlobalNorm} from "../../src/components/ops/clipByGlobalNorm.js";
import {crossEntropy} from "../../src/components/ops/crossEntropy.js";
import {addPositions, embedding} from "../../src/components/ops/embedding.js";
import {gelu} from "../../src/components/ops/gelu.js";
import {mergeHeads, splitHeads} from "../../src/components/ops/heads.js";
import {layerNorm} from "../../src/components/ops/layerNorm.js";
import {linear, tiedHead} from "../../src/components/ops/linear.js";
import {backendNames, useBackend} from "../backends.js";
import {fixtures, type OpCase, relativeError, toTensor} from "./fixtures.js";

/** float32 sums of tens of terms, in whatever order a backend adds them: a few units in the seventh digit. */
const FORWARD_TOLERANCE = 2e-6;
/** Gradients pass through two such sums. */
const GRADIENT_TOLERANCE = 5e-6;
/**
 * Central differences in float32: the step of 1e-2 leaves a truncation error of about 1e-4 of the third derivative, and
 * rounding of the loss (1e-7 of its size) is divided by 2e-2.
 */
const DIFFERENCE_STEP = 1e-2;
const DIFFERENCE_TOLERANCE = 2e-3;

type BoundOp = (inputs: tf.Tensor[]) => tf.Tensor;
interface Constants {
  ids: number[][];
  targets: number[];
  part: 0 | 1 | 2;
  nHead: number;
}
type Op = (inputs: tf.Tensor[], constants: Constants) => tf.Tensor;

const ops: Record<string, Op> = {
  embedding: ([table], {ids}) => embedding(table!, tf.tensor(ids, undefined, "int32")),
  addPositions: ([x, table]) => addPositions(x!, table!),
  linear: ([x, weight, bias]) => linear(x!, weight!, bias!),
  tiedHead: ([x, table]) => tiedHead(x!, table!),
  add: ([a, b]) => add(a!, b!),
  layerNorm: ([x, gain, bias]) => layerNorm(x!, gain!, bias!),
  gelu: ([x]) => gelu(x!),
  attention: ([q, k, v]) => attention(q!, k!, v!),
  splitQuery: ([qkv], {part, nHead}) => splitHeads(qkv!, part, nHead),
  splitKey: ([qkv], {part, nHead}) => splitHeads(qkv!, part, nHead),
  splitValue: ([qkv], {part, nHead}) => splitHeads(qkv!, part, nHead),
  mergeHeads: ([x]) => mergeHeads(x!),
  crossEntropy: ([logits], {targets}) => crossEntropy(logits!, tf.tensor1d(targets, "int32"))
};

it("has a PyTorch fixture for every operation and the reverse", () => {
  expect(Object.keys(fixtures.ops).sort()).toEqual(Object.keys(ops).sort());
});

describe.each(backendNames)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  describe.each(Object.entries(fixtures.ops))("%s", (name, fixture) => {
    const op = (inputs: tf.Tensor[]) => ops[name]!(inputs, fixture.constants as unknown as Constants);
    const inputs = () => Object.values(fixture.inputs).map(toTensor);

    it("computes PyTorch's value", async () => {
      const value = op(inputs());
      expect(value.shape).toEqual(fixture.value.shape);
      expect(relativeError(await value.data(), fixture.value.data)).toBeLessThan(FORWARD_TOLERANCE);
    });

    it("computes PyTorch's gradients", async () => {
      const gradients = tf.grads((...xs: tf.Tensor[]) => op(xs))(inputs(), toTensor(fixture.dy));
      const expected = Object.values(fixture.gradients);
      for (const [i, gradient] of gradients.entries()) {
        expect(gradient.shape).toEqual(expected[i]!.shape);
        expect(relativeError(await gradient.data(), expected[i]!.data)).toBeLessThan(GRADIENT_TOLERANCE);
      }
    });
  });

  it("AdamW takes PyTorch's three steps", async () => {
    const {settings, start, gradients, after} = fixtures.adamW;
    const parameter = tf.variable(toTensor(start));
    const m = tf.variable(tf.zerosLike(parameter));
    const v = tf.variable(tf.zerosLike(parameter));
    for (const [i, gradient] of gradients.entries()) {
      adamW(parameter, m, v, toTensor(gradient), i + 1, settings);
      expect(relativeError(await parameter.data(), after[i]!.data)).toBeLessThan(FORWARD_TOLERANCE);
    }
    tf.dispose([parameter, m, v]);
  });

  it("AdamW does not decay where weightDecay is 0", async () => {
    const parameter = tf.variable(tf.tensor1d([1, -2]));
    const zeros = () => tf.variable(tf.zeros([2]));
    adamW(parameter, zeros(), zeros(), tf.zeros([2]), 1, {...fixtures.adamW.settings, weightDecay: 0});
    expect([...(await parameter.data())]).toEqual([1, -2]);
  });

  it.each(fixtures.clip)(
    "clips by global norm as PyTorch does, limit $limit",
    async ({limit, norm, before, after}) => {
      const result = clipByGlobalNorm({a: toTensor(before[0]!), b: toTensor(before[1]!)}, limit);
      expect(relativeError(await result.norm.data(), [norm])).toBeLessThan(FORWARD_TOLERANCE);
      expect(relativeError(await result.clipped.a.data(), after[0]!.data)).toBeLessThan(FORWARD_TOLERANCE);
      expect(relativeError(await result.clipped.b.data(), after[1]!.data)).toBeLessThan(FORWARD_TOLERANCE);
    }
  );

  it("embeds a large vocabulary slab by slab with the same gradient", async () => {
    // 2²⁴ / 4,096 places = 4,096 rows a slab, so 5,000 tokens need two.
    const [V, C] = [5000, 2];
    const ids = tf.tidy(() =>
      tf.reshape(tf.cast(tf.mod(tf.mul(tf.range(0, 4096), 7), V), "int32"), [4, 1024])
    );
    const dy = tf.randomNormal([4, 1024, C], 0, 1, "float32", 5);
    const gradient = tf.grad((table) => embedding(table, ids))(tf.zeros([V, C]), dy);
    const expected = new Float32Array(V * C);
    const [places, values] = [await ids.data(), await dy.data()];
    places.forEach((id, i) => {
      for (let c = 0; c < C; c++) expected[id * C + c]! += values[i * C + c]!;
    });
    expect(relativeError(await gradient.data(), expected)).toBeLessThan(FORWARD_TOLERANCE);
  });
});

/** Gradients are one definition for all backends, so the slowest check runs on the most exact one. */
describe("finite differences, on cpu", () => {
  beforeAll(() => useBackend("cpu"));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it.each(Object.entries(fixtures.ops))("%s has the gradients of its own value", async (name, fixture) => {
    const op: BoundOp = (inputs) => ops[name]!(inputs, fixture.constants as unknown as Constants);
    const inputs = Object.values(fixture.inputs).map(toTensor);
    const gradients = tf.grads((...xs: tf.Tensor[]) => op(xs))(inputs, toTensor(fixture.dy));
    for (const [i, gradient] of gradients.entries()) {
      const numeric = await finiteDifferences(op, fixture, i);
      expect(relativeError(await gradient.data(), numeric)).toBeLessThan(DIFFERENCE_TOLERANCE);
    }
  });
});

/** d(Σ value ∘ dy)/dx for every element of input `which`, by central differences. */
async function finiteDifferences(op: BoundOp, {inputs, dy}: OpCase, which: number) {
  const flat = Object.values(inputs);
  const size = flat[which]!.data.length;
  const weights = toTensor(dy);
  const objective = (element: number, shift: number) =>
    tf.tidy(() => {
      const moved = flat.map((input, i) => {
        if (i !== which) return toTensor(input);
        const data = input.data.slice();
        data[element]! += shift;
        return toTensor({shape: input.shape, data});
      });
      // Elementwise here, summed in float64 below, so that rounding stays that of the op itself.
      return tf.mul(op(moved), weights);
    });
  const differences: number[] = [];
  for (let element = 0; element < size; element++) {
    const [up, down] = [objective(element, DIFFERENCE_STEP), objective(element, -DIFFERENCE_STEP)];
    const [a, b] = [[...(await up.data())], [...(await down.data())]];
    differences.push(a.reduce((sum, value, i) => sum + (value - b[i]!), 0) / (2 * DIFFERENCE_STEP));
    tf.dispose([up, down]);
  }
  return differences;
}
