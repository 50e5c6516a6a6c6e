import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it, vi} from "vitest";
import {fixedTable} from "../../src/components/ops/fixedTable.js";
import {backendNames, useBackend} from "../backends.js";

describe.each(backendNames)("fixedTable on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it("is made by its size, once where a step may be captured, and survives a scope there", async () => {
    const make = vi.fn((rows: number, columns: number) =>
      Float32Array.from({length: rows * columns}, (_, i) => i / 4)
    );
    const read = () => tf.tidy(() => tf.add(fixedTable("quarters", [2, 3], make), 0)).array();
    for (let time = 0; time < 2; time++)
      expect(await read()).toEqual([
        [0, 0.25, 0.5],
        [0.75, 1, 1.25]
      ]);
    expect(make).toHaveBeenCalledTimes(backend === "webgpu" ? 1 : 2);
  });
});
