import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {type DropoutSite, dropout, dropoutMask, dropoutTensor} from "../../../src/components/ops/dropout.js";
import {Capture} from "../../../src/components/webgpu/capture.js";
import {InputTensor} from "../../../src/components/webgpu/inputTensor.js";
import {useBackend} from "../../backends.js";
import {expectParity, normal} from "./parity.js";

const site: DropoutSite = {rate: 0.3, seed: 4_000_000_007, step: 12, site: 4};
/** A factor and a product: there is nothing to round differently. */
const TOLERANCE = {forward: 1e-9, backward: 1e-9};

describe("dropout kernels", () => {
  beforeAll(() => useBackend("webgpu"));

  it.each([
    {shape: [1, 1], changed: {}},
    {shape: [3, 7, 11], changed: {rate: 0.9, firstRow: 5}},
    {shape: [2, 6, 10], changed: {rate: 0, site: 0, seed: 0}},
    {shape: [2, 6, 10], changed: {rate: 1 - 1e-12, firstRow: 2 ** 27}}
  ])("drop what the definition drops, $shape with $changed", async ({shape, changed}) => {
    const ran = await expectParity(
      (x) => dropout(x!, {...site, ...changed}),
      [normal(shape, 1)],
      normal(shape, 2),
      TOLERANCE
    );
    expect(ran).toEqual({forward: ["Dropout"], backward: ["Dropout"]});
    const place: DropoutSite = {...site, ...changed};
    const mask = dropoutTensor(place, shape);
    const size = tf.util.sizeFromShape(shape);
    const first = (place.firstRow ?? 0) * (size / shape[0]!);
    expect(await mask.data()).toEqual(dropoutMask(place, size, first));
  });

  it("drop others at each replay, by the clock", async () => {
    const clock = new InputTensor([1], "int32");
    const x = tf.ones([5, 8]);
    const capture = await Capture.record(() => ({
      dropped: dropout(x, {...site, clock: clock.tensor}),
      mask: dropoutTensor({...site, clock: clock.tensor}, [5, 8])
    }));
    for (const step of [1, 2, 70_000]) {
      clock.write(Int32Array.of(step));
      capture.replay();
      const expected = dropoutMask({...site, step}, 40);
      // A copy: tfjs would remember what it read of the captured tensor.
      expect(await tf.add(capture.result.dropped, 0).data()).toEqual(expected);
      expect(await tf.add(capture.result.mask, 0).data()).toEqual(expected);
    }
    capture.dispose();
    clock.dispose();
  });
});
