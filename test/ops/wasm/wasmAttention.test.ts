import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, it} from "vitest";
import {attention} from "../../../src/components/ops/attention.js";
import {type DropoutSite, dropoutKey} from "../../../src/components/ops/dropout.js";
import {columns, mergeHeads, splitHeads} from "../../../src/components/ops/heads.js";
import {wasmAttention} from "../../../src/components/ops/wasm/wasmAttention.js";
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

/** The kernel on wasm, elsewhere its definition. */
async function expectAttention({B, T, H, D, causal = true, slopes, dropout}: Case): Promise<void> {
  const C = H * D;
  const op = ([qkv]: tf.Tensor[]) => {
    if (tf.getBackend() === "wasm") {
      const key = dropout ? dropoutKey(dropout, [B, H, T, T]) : null;
      return wasmAttention(qkv!, {H, causal, slopes: slopes ?? null, dropout: key});
    }
    const [q, k, v] = [0, C, 2 * C].map((start) => splitHeads(columns(qkv!, start, C), H));
    return mergeHeads(attention(q!, k!, v!, {causal, slopes, dropout}));
  };
  await expectDefinition(op, [normals(B, T, 3 * C)], [B, T, C], {
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
});
