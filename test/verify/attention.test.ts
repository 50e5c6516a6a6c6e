import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, it} from "vitest";
import {useBackend} from "../backends.js";
import {expectCase, thorough} from "../ops/webgpu/attentionCases.js";

beforeAll(() => useBackend("webgpu"));
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

describe.each(["rows", "tiles"] as const)("by %s", (variant) => {
  it.each(thorough.map((attention) => ({name: attention[0], attention})))(
    "$name: the definition's values and gradients",
    ({attention}) => expectCase(attention, variant)
  );
});
