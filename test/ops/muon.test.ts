import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {orthogonal} from "../../src/components/ops/muon.js";
import {backendNames, useBackend} from "../backends.js";

describe.each(backendNames)("orthogonal on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it.each([
    [6, 6],
    [4, 9],
    [9, 4]
  ])("makes a %d × %d matrix nearly orthogonal", async (rows, columns) => {
    const gram = tf.tidy(() => {
      const x = orthogonal(tf.randomNormal([rows, columns], 0, 1, "float32", 5) as tf.Tensor2D);
      return rows > columns ? tf.matMul(x, x, true) : tf.matMul(x, x, false, true);
    });
    const values = await gram.array();
    gram.dispose();
    // Singular values between about 0.7 and 1.2 (Jordan et al. 2024), but for a very small one that is still on its way.
    for (const [i, row] of (values as number[][]).entries())
      for (const [j, value] of row.entries())
        expect(Math.abs(value - (i === j ? 0.9 : 0))).toBeLessThan(0.55);
  });

  it("leaves a matrix of zeros as it is", async () => {
    const zeros = tf.tidy(() => orthogonal(tf.zeros([3, 5])));
    expect([...(await zeros.data())]).toEqual(Array(15).fill(0));
    zeros.dispose();
  });
});
