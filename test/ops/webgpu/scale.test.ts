import {beforeAll, describe, expect, it} from "vitest";
import {scale} from "../../../src/components/ops/scale.js";
import {useBackend} from "../../backends.js";
import {expectParity, normal} from "./parity.js";

describe("the scale kernel", () => {
  beforeAll(() => useBackend("webgpu"));

  it.each([[1], [3, 7], [2, 5, 12]].map((shape) => [shape]))(
    "is the definition's product, %j",
    async (shape) => {
      const exact = {forward: 1e-9, backward: 1e-9};
      const ran = await expectParity(
        (x) => scale(x!, Math.sqrt(128)),
        [normal(shape, 1)],
        normal(shape, 2),
        exact
      );
      expect(ran).toEqual({forward: ["Scale"], backward: ["Scale"]});
    }
  );
});
