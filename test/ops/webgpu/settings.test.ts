import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {settings} from "../../../src/components/ops/webgpu/settings.js";
import {webgpuBackend} from "../../../src/components/webgpu/backend.js";
import {useBackend} from "../../backends.js";

describe("settings", () => {
  beforeAll(() => useBackend("webgpu"));

  it("are int32 on the device, the same buffer for the same numbers, and no tensors of tfjs's", async () => {
    const before = tf.memory().numTensors;
    const info = settings(3, -1, 2 ** 31 - 1);
    expect(info).toMatchObject({shape: [3], dtype: "int32"});
    const backend = webgpuBackend();
    const buffer = await backend.getBufferData(backend.tensorMap.get(info.dataId).resource!);
    expect([...new Int32Array(buffer)]).toEqual([3, -1, 2 ** 31 - 1]);
    expect(settings(3, -1, 2 ** 31 - 1)).toBe(info);
    expect(settings(3, -1)).not.toBe(info);
    expect(tf.memory().numTensors).toBe(before);
  });
});
