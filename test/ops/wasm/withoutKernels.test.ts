import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it, vi} from "vitest";
import {useBackend} from "../../backends.js";
import {boundOp, cases, differentiableCases} from "../cases.js";
import {FORWARD_TOLERANCE, GRADIENT_TOLERANCE, relativeError, toTensor} from "../fixtures.js";

// As in an engine without SIMD, or with threads.
vi.mock(import("../../../src/components/ops/wasm/kernels.js"), async (original) => ({
  ...(await original()),
  kernelsOn: () => null
}));

describe("tfjs's own kernels on wasm", () => {
  beforeAll(() => useBackend("wasm"));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it.each(cases)("%s: PyTorch's value", async (_, fixture) => {
    const value = boundOp(fixture)(Object.values(fixture.inputs).map(toTensor));
    expect(relativeError(await value.data(), fixture.value.data)).toBeLessThan(FORWARD_TOLERANCE);
  });

  it.each(differentiableCases)("%s: PyTorch's gradients", async (_, fixture) => {
    const inputs = Object.values(fixture.inputs).map(toTensor);
    const gradients = tf.grads((...xs: tf.Tensor[]) => boundOp(fixture)(xs))(inputs, toTensor(fixture.dy));
    for (const [i, {data}] of Object.values(fixture.gradients).entries())
      expect(relativeError(await gradients[i]!.data(), data)).toBeLessThan(GRADIENT_TOLERANCE);
  });
});
