import {it} from "vitest";
import {expectSameSteps} from "../cli/stockTrainerCases.js";

it("the stock trainer on WebGPU computes what ours does", () =>
  expectSameSteps("webgpu", {bias: true, nLayer: 1}));
