import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {type Epilogue, linear, unembed} from "../../../src/components/ops/linear.js";
import {setKernels} from "../../../src/components/ops/webgpu/kernels.js";
import {createRandom} from "../../../src/components/random.js";
import {listening} from "../../../src/components/webgpu/runner.js";
import {useBackend} from "../../backends.js";
import {relativeError} from "../fixtures.js";

/** float32 sums of tens of terms in another order, through a bend; tfjs's erf is the same polynomial as ours. */
const TOLERANCE = 5e-6;

const random = createRandom(3);
const normals = (...shape: number[]) =>
  tf.tensor(
    Float32Array.from({length: tf.util.sizeFromShape(shape)}, () => random.normal()),
    shape
  );

type Inputs = Record<string, tf.Tensor>;

/** The value and all gradients of an op, first by our kernels, then by the composition that defines it. */
async function bothWays(inputs: Inputs, op: (inputs: Inputs) => tf.Tensor) {
  const names = Object.keys(inputs);
  const run = async () => {
    const f = (...tensors: tf.Tensor[]) =>
      op(Object.fromEntries(names.map((name, i) => [name, tensors[i]!])));
    const value = op(inputs);
    const dy = tf.cos(tf.mul(value, 3));
    const gradients = tf.grads(f)(Object.values(inputs), dy);
    return Promise.all(
      [value, ...gradients].map(async (tensor) => ({shape: tensor.shape, data: await tensor.data()}))
    );
  };
  const ours = await run();
  setKernels(false);
  const theirs = await run();
  setKernels(true);
  return {ours, theirs, names: ["value", ...names]};
}

async function expectAgreement(inputs: Inputs, op: (inputs: Inputs) => tf.Tensor) {
  const {ours, theirs, names} = await bothWays(inputs, op);
  for (const [i, name] of names.entries()) {
    expect(ours[i]!.shape, name).toEqual(theirs[i]!.shape);
    expect(relativeError(ours[i]!.data, theirs[i]!.data), name).toBeLessThan(TOLERANCE);
  }
  // Again, for the same bits.
  expect((await bothWays(inputs, op)).ours).toEqual(ours);
}

const withEpilogue =
  (activation?: Epilogue["activation"]) =>
  ({x, weight, bias, residual}: Inputs) =>
    linear(x!, weight!, bias ?? null, {activation, residual});

describe("linear in one kernel", () => {
  beforeAll(() => useBackend("webgpu"));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  // [B, T, I] → O: widths that 4 divides and widths that it does not; one row.
  it.each([
    [[2, 3], 8, 12],
    [[1, 1], 5, 3]
  ] as const)("[%o, %i] → %i agrees with the composition, by every epilogue", async ([B, T], I, O) => {
    const inputs = () => ({x: normals(B, T, I), weight: normals(I, O)});
    await expectAgreement(inputs(), withEpilogue());
    for (const activation of ["relu", "gelu", "geluExact"] as const)
      await expectAgreement({...inputs(), bias: normals(O)}, withEpilogue(activation));
    await expectAgreement({...inputs(), bias: normals(O), residual: normals(B, T, O)}, withEpilogue());
    await expectAgreement({...inputs(), residual: normals(B, T, O)}, withEpilogue("gelu"));
  });

  // Where multiplying takes longer than compiling, a thread computes several blocks of columns.
  it("agrees with it where there is more work", async () => {
    const [B, T, I, O] = [1, 65, 250, 66];
    const inputs = {x: normals(B, T, I), weight: tf.div(normals(I, O), 16), bias: normals(O)};
    await expectAgreement({...inputs, residual: normals(B, T, O)}, withEpilogue("gelu"));
  });

  it("unembeds for vocabularies of any size", async () => {
    for (const V of [2, 65])
      await expectAgreement({x: normals(2, 3, 8), table: normals(V, 8)}, ({x, table}) => unembed(x!, table!));
  });

  it("takes one dispatch forward and three back where there is an activation, two where there is none", () => {
    const inputs = [normals(2, 3, 8), normals(8, 12), normals(12)];
    const dispatches = (activation?: Epilogue["activation"], wantsGradient = true) => {
      const heard: string[] = [];
      const op = (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) => linear(x, weight, bias, {activation});
      listening(
        ({name}) => void heard.push(name),
        () =>
          wantsGradient
            ? tf.grads(op as never)(inputs, tf.ones([2, 3, 12]))
            : op(...(inputs as [never, never, never]))
      );
      return heard;
    };
    expect(dispatches(undefined)).toEqual(["MatMul NN", "MatMul NT", "MatMul TN"]);
    expect(dispatches("gelu")).toEqual(["MatMul NN", "GeluBackward", "MatMul NT", "MatMul TN"]);
    expect(dispatches("gelu", false)).toEqual(["MatMul NN"]);
  });

  it("keeps what enters the activation only where a gradient will ask for it", () => {
    const [x, weight] = [normals(4, 8), normals(8, 12)];
    const before = tf.backend().numDataIds();
    linear(x, weight, null, {activation: "gelu"});
    expect(tf.backend().numDataIds()).toBe(before + 1);
  });

  it("lets the same tensor pass by and enter, and adds up its gradient", async () => {
    await expectAgreement({x: normals(2, 3, 8), weight: normals(8, 8)}, ({x, weight}) =>
      linear(x!, weight!, null, {residual: x!})
    );
  });

  it("hands NaN and infinities on", async () => {
    const x = tf.tensor2d([[Number.NaN], [Number.POSITIVE_INFINITY], [1]]);
    for (const activation of ["relu", "gelu", "geluExact"] as const) {
      const y = await linear(x, tf.ones([1, 4]), null, {activation}).array();
      expect((y as number[][]).slice(0, 2).map(([first]) => first)).toEqual([
        Number.NaN,
        Number.POSITIVE_INFINITY
      ]);
    }
  });
});
