import * as tf from "@tensorflow/tfjs-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {embedding} from "../../../src/components/ops/embedding.js";
import {setRowWork} from "../../../src/components/ops/webgpu/rowWork.js";
import {useBackend} from "../../backends.js";
import {expectParity, normal} from "./parity.js";

/** Vectors are copied and added to others, exactly but for rounding; gradients are sums of up to 2,200 numbers. */
const TOLERANCE = {forward: 1e-6, backward: 3e-6};

describe.each(["thread", "workgroup"] as const)("the embedding, rows by a %s", (work) => {
  beforeAll(async () => {
    await useBackend("webgpu");
    setRowWork(work);
  });
  afterAll(() => setRowWork(null));

  /** Some tokens many times, some never. */
  const idsFor = (B: number, T: number, V: number) =>
    tf.tensor2d(
      Array.from({length: B * T}, (_, i) => (i % 3 === 0 ? 0 : (i * i + 31 * i) % V)),
      [B, T],
      "int32"
    );

  it.each([
    {B: 1, T: 1, V: 2, C: 1, rows: 1, first: 0},
    {B: 2, T: 3, V: 7, C: 5, rows: 6, first: 2},
    {B: 3, T: 40, V: 65, C: 8, rows: 40, first: 0},
    // Wider than a workgroup, and scalar; three parts that the places of each token are divided into.
    {B: 2, T: 2, V: 3, C: 261, rows: 3, first: 1},
    {B: 9, T: 240, V: 65, C: 12, rows: 256, first: 0}
  ])("agrees with its definition, $B × $T of $V, width $C", async ({B, T, V, C, rows, first}) => {
    const ids = idsFor(B, T, V);
    const dy = normal([B, T, C], 3);
    const table = normal([V, C], 1);
    const positions = normal([rows, C], 2);
    const summed = work === "workgroup" && B * T > 1024 ? ["SumParts"] : [];
    const tokens = await expectParity((table) => embedding(table!, ids), [table], dy, TOLERANCE);
    expect(tokens).toEqual({forward: ["Embedding"], backward: ["EmbeddingBackward", ...summed]});
    const learned = await expectParity(
      (table, positions) => embedding(table!, ids, {positions: {table: positions!, first, isLearned: true}}),
      [table, positions],
      dy,
      TOLERANCE
    );
    expect(learned).toEqual(tokens);
    await expectParity(
      (table) =>
        embedding(table!, ids, {factor: 2.5, positions: {table: positions, first, isLearned: false}}),
      [table],
      dy,
      TOLERANCE
    );
  });

  it("agrees with its definition for a large vocabulary", async () => {
    // A software adapter takes a minute for as many workgroups as a large vocabulary has tokens.
    const V = work === "thread" ? 50_257 : 3001;
    const ids = tf.tensor2d([0, V - 1, 3, V - 1, V - 2, 3], [2, 3], "int32");
    const table = normal([V, 4], 1);
    await expectParity((table) => embedding(table!, ids), [table], normal([2, 3, 4], 2), TOLERANCE);
  });
});
