import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {rotary} from "../../../src/components/ops/rotary.js";
import {useBackend} from "../../backends.js";
import {expectDefinition, normals} from "./againstDefinition.js";

describe("rotary on wasm", () => {
  beforeAll(() => useBackend("wasm"));

  it.each([
    [1, 2],
    [3, 6],
    [2, 5, 8],
    [2, 3, 7, 10],
    [1, 4, 33, 64]
  ])("agrees with its definition", async (...shape) => {
    await expectDefinition(([x]) => rotary(x!, 5), [normals(...shape)], shape, {
      kernels: ["Rotary"],
      tolerance: 1e-7
    });
  });

  it("turns nothing where there is no row", async () => {
    expect(await tf.tidy(() => rotary(tf.zeros([0, 4, 8]), 0)).data()).toHaveLength(0);
  });
});
