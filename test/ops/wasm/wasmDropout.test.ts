import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {type DropoutSite, dropout, dropoutMask} from "../../../src/components/ops/dropout.js";
import {useBackend} from "../../backends.js";
import {expectDefinition, normals} from "./againstDefinition.js";

const site: DropoutSite = {rate: 0.3, seed: 5, step: 11, site: 2};

describe("dropout on wasm", () => {
  beforeAll(() => useBackend("wasm"));

  it.each([[1], [2, 3], [3, 5, 7], [999]])("agrees with its definition", async (...shape) => {
    await expectDefinition(([x]) => dropout(x!, site), [normals(...shape)], shape, {
      kernels: ["Dropout"],
      tolerance: 1e-7
    });
  });

  it.each([
    {},
    {rate: 0.999_999},
    {rate: 1e-9},
    {seed: -1, step: 2 ** 31, site: 2 ** 32 - 1},
    {firstRow: 3},
    {firstRow: 2 ** 31}
  ])("drops the elements that dropoutMask drops: %o", async (changes) => {
    const place = {...site, ...changes};
    const mask = dropoutMask(place, 40, (place.firstRow ?? 0) * 10);
    expect(await dropout(tf.ones([4, 10]), place).data()).toEqual(mask);
  });
});
