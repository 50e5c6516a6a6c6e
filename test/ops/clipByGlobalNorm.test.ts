import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {clipByGlobalNorm} from "../../src/components/ops/clipByGlobalNorm.js";
import {backendNames, useBackend} from "../backends.js";
import {FORWARD_TOLERANCE, fixtures, relativeError, toTensor} from "./fixtures.js";

describe.each(backendNames)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it.each(fixtures.clip)(
    "clips by global norm as PyTorch does, limit $limit",
    async ({limit, norm, before, after}) => {
      const result = clipByGlobalNorm({a: toTensor(before[0]!), b: toTensor(before[1]!)}, limit);
      expect(relativeError(await result.norm.data(), [norm])).toBeLessThan(FORWARD_TOLERANCE);
      expect(relativeError(await result.clipped.a.data(), after[0]!.data)).toBeLessThan(FORWARD_TOLERANCE);
      expect(relativeError(await result.clipped.b.data(), after[1]!.data)).toBeLessThan(FORWARD_TOLERANCE);
    }
  );

  it("leaves gradients of zero as they are", async () => {
    const {clipped, norm} = clipByGlobalNorm({a: tf.zeros([3])}, 1);
    expect([...(await norm.data())]).toEqual([0]);
    expect([...(await clipped.a.data())]).toEqual([0, 0, 0]);
  });
});
