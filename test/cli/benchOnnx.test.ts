import {expect, test} from "vitest";
import {GRAPHS} from "../../src/cli/bench/onnx.js";
import {measureDecoding, nodeModules} from "../../src/cli/bench/onnxDecoding.js";
import {toOnnx} from "../../src/components/exchange/onnx/onnx.js";
import {loadOrt} from "../../src/components/inference/ort.js";
import {onnxFile} from "../fixtures/model.js";

test("npm run bench -- onnx reads a whole context with each graph, and sees how much of it is the runtime", async () => {
  const ort = await loadOrt();
  const create = ort.InferenceSession.create;
  const measured = await measureDecoding({
    modules: nodeModules,
    file: toOnnx(onnxFile),
    graphs: GRAPHS,
    binaries: null,
    length: 11,
    rounds: 2
  });
  expect(Object.keys(measured)).toEqual(Object.keys(GRAPHS));
  for (const rounds of Object.values(measured)) {
    expect(rounds).toHaveLength(2);
    for (const {tokens, ms, quarterMs, insideMs} of rounds) {
      expect(tokens).toBe(11);
      expect(quarterMs).toHaveLength(4);
      expect(quarterMs.reduce((a, b) => a + b)).toBeLessThanOrEqual(ms);
      expect(insideMs / ms).toBeGreaterThan(0.05);
      expect(insideMs).toBeLessThan(ms);
    }
  }
  // The runtime is as it was.
  expect(ort.InferenceSession.create).toBe(create);
});
