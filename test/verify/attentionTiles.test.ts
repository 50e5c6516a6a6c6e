import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, it} from "vitest";
import {useBackend} from "../backends.js";
import {expectCase, thorough} from "../ops/webgpu/attentionCases.js";

beforeAll(() => useBackend("webgpu"));
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

it.each(thorough.map((attention) => ({name: attention[0], attention})))(
  "by tiles, $name: the definition's values and gradients",
  ({attention}) => expectCase(attention, "tiles")
);
