import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, it} from "vitest";
import type {DropoutSite} from "../../../src/components/ops/dropout.js";
import {multiHeadAttention} from "../../../src/components/ops/multiHeadAttention.js";
import {useBackend} from "../../backends.js";
import {expectDefinition, normals, size} from "./againstDefinition.js";

/** Three products, a softmax between them, and back. */
const TOLERANCE = 5e-6;

interface Case {
  B: number;
  T: number;
  H: number;
  D: number;
  causal?: boolean;
  slopes?: number[];
  dropout?: DropoutSite;
}

const mixed =
  ({H, causal = true, slopes, dropout}: Case, others = {}) =>
  ([qkv]: tf.Tensor[]) =>
    multiHeadAttention(qkv!, {nHead: H, nKvHead: H, causal, slopes, dropout, ...others});

async function expectAttention(attention: Case): Promise<void> {
  const {B, T, H, D} = attention;
  await expectDefinition(mixed(attention), [normals(B, T, 3 * H * D)], [B, T, H * D], {
    kernels: ["MultiHeadAttention", "MultiHeadAttentionGradient"],
    tolerance: TOLERANCE
  });
}

describe("multi-head attention on wasm", () => {
  beforeAll(() => useBackend("wasm"));

  it.each([1, 2, 31, 32, 33, 65])("agrees with its definition on %i positions", async (T) => {
    for (const causal of [true, false]) await expectAttention({B: 2, T, H: 3, D: 5, causal});
  });

  it("does so on random shapes", async () => {
    for (let i = 0; i < 15; i++)
      await expectAttention({B: size(3), T: size(90), H: size(4), D: size(128), causal: i % 3 > 0});
  });

  it("does so with ALiBi's slopes", async () => {
    await expectAttention({B: 2, T: 40, H: 2, D: 8, slopes: [0.5, 0.0625]});
    await expectAttention({B: 1, T: 7, H: 1, D: 3, slopes: [0.25], causal: false});
  });

  it("drops the weights that its definition drops", async () => {
    const dropout = {rate: 0.4, seed: 3, step: 9, site: 4};
    await expectAttention({B: 2, T: 37, H: 2, D: 6, dropout});
    await expectAttention({B: 2, T: 5, H: 2, D: 6, causal: false, dropout: {...dropout, firstRow: 6}});
  });

  it("leaves padding, rotary positions and shared keys to the definition", async () => {
    const [B, T, H, D] = [2, 6, 4, 4];
    const padding = tf.tensor2d(Int32Array.of(1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0), [B, T], "int32");
    for (const [others, width] of [
      [{padding}, 3 * H * D],
      [{rotary: true}, 3 * H * D],
      [{nKvHead: 2}, (H + 4) * D]
    ] as const)
      await expectDefinition(mixed({B, T, H, D}, others), [normals(B, T, width)], [B, T, H * D], {
        kernels: ["StridedMatMul"],
        tolerance: TOLERANCE
      });
  });
});
