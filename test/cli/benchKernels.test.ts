import * as tf from "@tensorflow/tfjs-core";
import {describe, expect, it} from "vitest";
import {benchRun} from "../../src/cli/bench/configuration.js";
import {startEngine} from "../../src/cli/bench/engine.js";
import {kernelCases} from "../../src/cli/bench/kernelCases.js";
import {measureKernels} from "../../src/cli/bench/kernels.js";
import {RecordedPass} from "../../src/cli/bench/recordedPass.js";
import type {Row} from "../../src/cli/bench/suite.js";
import {modelConfig} from "../../src/components/model/config.js";
import {presets} from "../../src/components/training/presets.js";
import {relativeError} from "../ops/fixtures.js";

const tiny = {
  name: "tiny",
  model: modelConfig({nLayer: 1, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 8}),
  train: {...presets.toy.train, batchSize: 2}
};

const values = (made: tf.TensorContainer): Promise<number[][]> => {
  const tensors = made instanceof tf.Tensor ? [made] : (made as tf.Tensor[]);
  return Promise.all(tensors.map(async (x) => Array.from(await x.data())));
};

describe.each(["cpu", "wasm", "webgpu"] as const)(
  "the cases of npm run bench -- kernels on %s",
  (backend) => {
    it("compute the same in ours and in stock", async () => {
      await startEngine({backend, adapter: "auto"});
      for (const {op, pass, open} of kernelCases(await benchRun(tiny))) {
        // Stock's Adam does not decay weights.
        if (op.includes("adamW")) continue;
        const both = open();
        const [ours, stock] = [await values(both.ours()), await values(both.stock())];
        expect(ours.length, `${op} ${pass}`).toBeGreaterThan(0);
        expect(ours.length, `${op} ${pass}`).toBe(stock.length);
        for (const [i, one] of ours.entries())
          expect(relativeError(one, stock[i]!), `${op} ${pass}, ${i}`).toBeLessThan(1e-4);
        both.dispose();
      }
    });
  }
);

describe("RecordedPass", () => {
  it("goes back as tfjs does, as often as asked, and leaves nothing behind", async () => {
    await startEngine({backend: "cpu", adapter: "auto"});
    const x = tf.tensor1d([1, -2, 3]);
    const w = tf.tensor1d([2, 0.5, -1]);
    // Both are used twice, so that gradients add up.
    const f = (x: tf.Tensor, w: tf.Tensor) => tf.add(tf.mul(tf.mul(x, w), x), w);
    const before = tf.memory().numTensors;
    const pass = new RecordedPass((x, w) => f(x!, w!), [x, w]);
    const dy = tf.randomNormal([3], 0, 1, "float32", 1);
    const expected = tf.grads((x, w) => f(x!, w!))([x, w], dy);
    for (let i = 0; i < 2; i++) {
      const found = pass.backward();
      expect(await values(found)).toEqual(await values(expected));
      tf.dispose(found);
    }
    pass.dispose();
    tf.dispose([dy, expected]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("npm run bench -- kernels", () => {
  it.each([
    {backend: "wasm", adapter: "auto"},
    {backend: "webgpu", adapter: "null"}
  ] as const)("gives times, and rates where something is computed: $backend, $adapter", async (ground) => {
    const rows: Row[] = [];
    const report = (row: Row, line: string) => {
      expect(line).not.toMatch(/undefined|NaN|Infinity/);
      rows.push(row);
    };
    await measureKernels(tiny, ground, {rounds: 1, only: ["layerNorm", "linear"]}, report);
    const named = rows.map(({op, pass}) => `${op} ${pass}`);
    expect(named).toEqual(["linear forward", "linear backward", "layerNorm forward", "layerNorm backward"]);
    for (const row of rows) {
      expect(row).toMatchObject({msMedian: {ours: expect.any(Number), stock: expect.any(Number)}});
      expect(row.ratio as number).toBeGreaterThan(0);
    }
    // x [16, 8] · W [8, 16] is 4,096 operations, twice that backwards.
    expect(rows.map(({flops}) => flops)).toEqual([4096, 8192, undefined, undefined]);
    expect("gflopPerSecond" in rows[0]!).toBe(ground.adapter === "auto");
    expect("gigabytesPerSecond" in rows[2]!).toBe(ground.adapter === "auto");
  });

  it("names the operations where none is meant", async () => {
    const asked = measureKernels(
      tiny,
      {backend: "cpu", adapter: "auto"},
      {rounds: 1, only: ["conv"]},
      () => {}
    );
    await expect(asked).rejects.toThrow(/--op is conv; the operations are embedding, matmul NN/);
  });
});
