import {expect, it} from "vitest";
import {timePytorch} from "../../src/cli/bench/pytorch.js";
import {needsPytorch, python} from "../python.js";

const sizes = {nLayer: 1, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 4, vocabSize: 8, batchSize: 2};

it("PyTorch's side of the comparison times a step of any sizes", async (context) => {
  needsPytorch(context);
  const [eager] = await timePytorch(sizes, python!);
  expect(eager!.variant).toBe("eager");
  const {median, min, max} = eager!.msPerStep;
  expect(min).toBeGreaterThan(0);
  expect(median).toBeGreaterThanOrEqual(min);
  expect(max).toBeGreaterThanOrEqual(median);
  expect(eager!.tokensPerSecond).toBeCloseTo((1000 * 8) / median, 3);
});
