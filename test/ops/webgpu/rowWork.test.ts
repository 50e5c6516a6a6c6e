import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, describe, expect, it, vi} from "vitest";
import {crossEntropy} from "../../../src/components/ops/crossEntropy.js";
import {layerNorm} from "../../../src/components/ops/layerNorm.js";
import {flatClipFactor} from "../../../src/components/ops/webgpu/clip.js";
import {kernelsAreOn} from "../../../src/components/ops/webgpu/kernels.js";
import {
  measuredReduction,
  measuredRowWork,
  type RowWork,
  rowWork,
  setRowWork,
  type Tried
} from "../../../src/components/ops/webgpu/rowWork.js";
import {tune, tuning, useTuning} from "../../../src/components/webgpu/autotune.js";
import {webgpuBackend} from "../../../src/components/webgpu/backend.js";
import {useBackend} from "../../backends.js";

// Kernels are tried on three rows instead of a million numbers, which would take SwiftShader a minute.
vi.mock(import("../../../src/components/ops/webgpu/rowWork.js"), async (load) => {
  const original = await load();
  return {
    ...original,
    measuredRowWork: (kind, length, tried) => original.measuredRowWork(kind, length, () => tried(3))
  };
});

/** Has the device say that it is no software, and perhaps that it lacks subgroups. */
function pose({subgroups = true} = {}): void {
  const {device} = webgpuBackend();
  vi.spyOn(device, "adapterInfo", "get").mockReturnValue({vendor: "acme", device: "GPU"} as GPUAdapterInfo);
  if (!subgroups) vi.spyOn(device.features, "has").mockReturnValue(false);
}

/** Doubles rows of that length, and in one way wrongly. */
function doubling(length: number, wrong?: RowWork) {
  const ran: RowWork[] = [];
  let disposals = 0;
  const ask = () => measuredRowWork("Double", length, tried);
  const tried = (): Tried => ({
    run() {
      const way = kernelsAreOn() ? ask() : null;
      if (way) ran.push(way);
      return [tf.zeros([2]), tf.mul(tf.ones([8]), way === wrong ? 3 : 2)];
    },
    dispose: () => void disposals++
  });
  return {ask, ways: () => new Set(ran), disposals: () => disposals};
}

describe("who computes rows", () => {
  beforeAll(() => useBackend("webgpu"));
  afterEach(() => {
    setRowWork(null);
    vi.restoreAllMocks();
  });

  it("is measured on a GPU, with a thread alone only for short rows", async () => {
    pose();
    const [short, long] = [doubling(128), doubling(129)];
    expect([short.ask(), long.ask()]).toEqual(["workgroup", "workgroup"]);
    const before = tf.memory().numTensors;
    expect(await tune()).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
    expect([short.disposals(), long.disposals()]).toEqual([1, 1]);
    expect(short.ways()).toEqual(new Set(["workgroup", "subgroup", "thread"]));
    expect(long.ways()).toEqual(new Set(["workgroup", "subgroup"]));
    expect(tuning()).toMatchObject({"Double 128": short.ask(), "Double 129": long.ask()});
  });

  it.each([
    ["subgroup", 200],
    ["workgroup", 201]
  ] as const)("is not a %s that computes wrongly", async (wrong, length) => {
    pose();
    const {ask} = doubling(length, wrong);
    ask();
    expect(await tune()).toEqual([
      `Double ${length} by ${wrong} is off by 0.50 of its size on this device and is not used.`
    ]);
    expect(ask()).toBe(wrong === "subgroup" ? "workgroup" : "subgroup");
  });

  it("is never a subgroup where there are none, whatever a record says", async () => {
    pose({subgroups: false});
    const {ask, ways} = doubling(384);
    useTuning({"Double 384": "subgroup", "Add 4": "subgroup"});
    const add = () =>
      measuredReduction("Add", 4, () => {
        throw new Error("There is nothing to measure.");
      });
    expect([ask(), add()]).toEqual(["workgroup", "workgroup"]);
    expect(await tune()).toEqual([]);
    expect(tuning()).toMatchObject({"Double 384": "workgroup", "Add 4": "workgroup"});
    expect(ways()).toEqual(new Set());
  });

  it("follows a rule on software, unless somebody asks for another way", async () => {
    const [short, long] = [doubling(64), doubling(5000)];
    expect([short.ask(), long.ask()]).toEqual(["thread", "workgroup"]);
    await tune();
    expect([...short.ways(), ...long.ways()]).toEqual([]);
    setRowWork("subgroup");
    expect([short.ask(), long.ask()]).toEqual(["subgroup", "subgroup"]);
    // What shares nothing has no use for subgroups.
    expect(rowWork(64)).toBe("workgroup");
  });

  it("is measured by the kernels of each operation, which are right in all ways", async () => {
    pose();
    const use = () =>
      tf.tidy(() => {
        layerNorm(tf.ones([2, 132]), tf.ones([132]), tf.ones([132]));
        crossEntropy(tf.ones([2, 131]), tf.tensor1d([1, 2], "int32"));
        flatClipFactor(tf.ones([4000]), 1);
      });
    use();
    const before = [tf.memory().numTensors, tf.backend().numDataIds()];
    expect(await tune()).toEqual([]);
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
    const way = expect.stringMatching(/^(workgroup|subgroup)$/);
    expect(tuning()).toMatchObject({"LayerNorm 132": way, "CrossEntropy 131": way, "ClipFactor 4000": way});
    use();
    expect(await tune()).toEqual([]);
  });
});
