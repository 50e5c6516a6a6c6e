import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, beforeEach, describe, expect, it} from "vitest";
import {matmul} from "../../src/components/ops/matmul.js";
import {
  type Choice,
  chooseVariant,
  type Trial,
  tune,
  tuning,
  useTuning
} from "../../src/components/webgpu/autotune.js";
import {useBackend, useNullWebgpu} from "../backends.js";

let made = 0;

/** A kernel that doubles: at once, with products of matrices besides, or wrongly. Each is of other sizes. */
function doubling(candidates: readonly string[]) {
  const size = ++made;
  const x = tf.ones([32, 32]);
  const runs: string[] = [];
  let disposed = 0;
  const work: Record<string, () => tf.Tensor> = {
    quick: () => tf.add(x, x),
    slow: () => {
      const wide: tf.Tensor2D = tf.ones([96, 96]);
      let sum: tf.Tensor = tf.add(x, x);
      for (let i = 0; i < 4; i++) sum = tf.add(sum, tf.mul(0, tf.sum(tf.matMul(wide, wide))));
      return sum;
    },
    wrong: () => tf.mul(x, 3),
    broken: () => tf.mul(x, Number.NaN)
  };
  const choice: Choice = {
    kind: "Double",
    sizes: [size],
    candidates,
    exists: (variant) => variant in work,
    trial: (): Trial => ({
      run(variant) {
        runs.push(variant);
        return tf.tidy(work[variant]!);
      },
      async error(result) {
        return tf
          .tidy(() => tf.max(tf.abs(tf.sub(result, 2))))
          .data()
          .then(([error]) => error! / 2);
      },
      dispose: () => void disposed++
    })
  };
  return {choice, key: `Double ${size}`, runs, disposals: () => disposed};
}

describe("tune", () => {
  beforeAll(() => useBackend("webgpu"));

  it("takes the quickest of the candidates that compute correctly, and tells of the others", async () => {
    const {choice, key, disposals} = doubling(["slow", "broken", "quick", "wrong"]);
    expect(chooseVariant(choice)).toBe("slow");
    const progress: number[][] = [];
    const sentences = await tune((done, total) => progress.push([done, total]));
    expect(chooseVariant(choice)).toBe("quick");
    expect(sentences).toEqual([
      `${key} by broken is off by NaN of its size on this device and is not used.`,
      `${key} by wrong is off by 0.50 of its size on this device and is not used.`
    ]);
    expect(progress).toEqual([[0, 1]]);
    expect(disposals()).toBe(1);
  });

  it("measures once, and only where there is a choice", async () => {
    const {choice, runs} = doubling(["quick", "slow"]);
    chooseVariant(choice);
    await tune();
    const before = runs.length;
    chooseVariant(choice);
    await tune();
    expect(runs.length).toBe(before);

    const single = doubling(["wrong"]);
    chooseVariant(single.choice);
    await tune();
    expect(single.runs).toEqual([]);
  });

  it("says so where nothing computes correctly, and frees what it tried on", async () => {
    const {choice, key, disposals} = doubling(["wrong", "broken"]);
    chooseVariant(choice);
    await expect(tune()).rejects.toThrow(/off by 0.50 .* off by NaN .* turn the kernels off/);
    expect(disposals()).toBe(1);
    useTuning({[key]: "quick"});
  });

  it("decides how matrices are multiplied, and leaves nothing in memory", async () => {
    const a = tf.ones([128, 128]);
    const before = [tf.memory().numTensors, tf.backend().numDataIds()];
    matmul(a, a, true).dispose();
    expect(await tune()).toEqual([]);
    expect(tuning()["MatMul TN 1×128×128×128"]).toMatch(/^registers/);
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
  });
});

describe("tuning", () => {
  // A device on which nothing is decided.
  beforeEach(() => useBackend("webgpu"));

  it("is what is decided and what is used undecided, and decides the same elsewhere", async () => {
    const {choice, key} = doubling(["slow", "quick"]);
    chooseVariant(choice);
    expect(tuning()).toEqual({[key]: "slow"});
    useTuning({[key]: "quick", "Halve 3": "gently"});
    expect(chooseVariant(choice)).toBe("quick");
    const record = tuning();
    expect(record).toEqual({[key]: "quick", "Halve 3": "gently"});
    await useBackend("webgpu");
    expect(tuning()).toEqual({});
    useTuning(JSON.parse(JSON.stringify(record)));
    expect(chooseVariant(choice)).toBe("quick");
    await tune();
    expect(tuning()).toEqual(record);
  });

  it("is tried before it is used, if it was made elsewhere, and decided anew where that computes wrongly", async () => {
    const {choice, key, runs} = doubling(["slow", "quick"]);
    useTuning({[key]: "quick"});
    expect(chooseVariant(choice)).toBe("quick");
    expect(await tune()).toEqual([]);
    expect(new Set(runs)).toEqual(new Set(["quick"]));
    expect(tuning()).toEqual({[key]: "quick"});
    // What was tried here once is not tried again.
    useTuning(tuning());
    const before = runs.length;
    chooseVariant(choice);
    await tune();
    expect(runs.length).toBe(before);

    const other = doubling(["quick"]);
    useTuning({[other.key]: "wrong"});
    chooseVariant(other.choice);
    expect(await tune()).toEqual([
      `${other.key} by wrong is off by 0.50 of its size on this device and is not used.`
    ]);
    expect(chooseVariant(other.choice)).toBe("quick");
    expect(other.disposals()).toBe(2);
  });

  it("passes over a way that does not exist", () => {
    const {choice, key} = doubling(["slow", "quick"]);
    useTuning({[key]: "thoroughly"});
    expect(chooseVariant(choice)).toBe("slow");
    expect(tuning()).toEqual({[key]: "slow"});
  });
});

it("works where nothing is computed at all", async () => {
  await useNullWebgpu();
  const a = tf.ones([128, 128]);
  matmul(a, a).dispose();
  expect(await tune()).toEqual([]);
});
