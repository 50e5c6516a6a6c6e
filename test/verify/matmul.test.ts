import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, it} from "vitest";
import {variants} from "../../src/components/ops/webgpu/matmulVariants.js";
import {useBackend} from "../backends.js";
import {expectProducts, shapes, transposes} from "../ops/webgpu/matmulCases.js";

beforeAll(() => useBackend("webgpu"));
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

describe.each(variants.filter((variant) => /^tiles \d+x\d+$/.test(variant)))("by %s", (variant) => {
  it.each(transposes)("agrees with the cpu backend, transposed %s, %s", (tA, tB) =>
    expectProducts(variant, shapes, tA, tB)
  );
});
