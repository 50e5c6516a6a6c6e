import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {embedding} from "../../../src/components/ops/embedding.js";
import {useBackend} from "../../backends.js";
import {expectDefinition, normals, size} from "./againstDefinition.js";

/** A row's gradient adds up as many float32 as there are places. */
const TOLERANCE = 2e-6;

describe("embedding on wasm", () => {
  beforeAll(() => useBackend("wasm"));

  it("agrees with its definition on random shapes, ids that repeat and ids that never come", async () => {
    for (let i = 0; i < 20; i++) {
      const [B, T, V, C] = [size(4), size(40), size(50), size(40)] as const;
      const ids = Int32Array.from({length: B * T}, (_, n) => (n * n + i) % V);
      await expectDefinition(
        ([table]) => embedding(table!, tf.tensor2d(ids, [B, T], "int32")),
        [normals(V, C)],
        [B, T, C],
        {kernels: ["Embedding", "EmbeddingGradient"], tolerance: TOLERANCE}
      );
    }
  });

  it.each([-1, 3])("refuses id %i, which the table does not have, and leaves nothing behind", (id) => {
    const table = tf.ones([3, 2]);
    const ids = tf.tensor2d([[0, id]], [1, 2], "int32");
    const places = tf.backend().numDataIds();
    expect(() => embedding(table, ids)).toThrow("Place 1 holds an id that is not in 0 … 2");
    expect(tf.backend().numDataIds()).toBe(places);
    tf.dispose([table, ids]);
  });
});
