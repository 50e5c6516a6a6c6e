import {spawnSync} from "node:child_process";
import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {beforeAll, describe, expect, test} from "vitest";
import {fromOnnx, toOnnx} from "../../src/components/exchange/onnx.js";
import {attentionOutput, INPUT_IDS, LOGITS} from "../../src/components/exchange/onnxPass.js";
import type {Trace} from "../../src/components/inference/languageModel.js";
import {openOnnxForward} from "../../src/components/inference/onnxModel.js";
import {loadOrt, openOrtSession} from "../../src/components/inference/ort.js";
import {attentionHeads, attentionLayers, type ModelConfig} from "../../src/components/model/config.js";
import {TensorModel} from "../../src/components/model/tensorModel.js";
import {createRandom} from "../../src/components/random.js";
import {useBackend} from "../backends.js";
import {caseFile, cases} from "./onnxCases.js";

/**
 * Largest difference allowed, relative to the largest value. Both engines compute in float32 and add in another order;
 * the least steady of these models makes 1e-5 of that. The nearest wrong formula, the other GELU, makes 9e-5 (see "each
 * choice").
 */
const TOLERANCE = 3e-5;

beforeAll(() => useBackend("cpu"));

function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let [difference, scale] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i]! - expected[i]!));
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return difference / scale;
}

/** Windows of one token, of a few, and of all that the model can see. */
function windows({blockSize, vocabSize}: ModelConfig): number[][] {
  const random = createRandom(5);
  const lengths = [1, Math.ceil(blockSize / 2), blockSize];
  return lengths.map((length) => Array.from({length}, () => random.integer(vocabSize)));
}

const ask = async (
  config: ModelConfig,
  parameters: ReturnType<typeof caseFile>["parameters"],
  ids: number[]
) => {
  const model = new TensorModel(config, parameters);
  const trace = await model.trace(ids, {attention: true});
  model.dispose();
  return trace;
};

describe("the exported graph computes what the trainer's model does", () => {
  test.each(cases)("$title", async ({config, seed}) => {
    const file = caseFile(config, seed);
    const bytes = toOnnx(file);
    expect(fromOnnx(bytes)).toEqual(file);
    const exported = await openOnnxForward(bytes);
    for (const ids of windows(config)) {
      const expected = await ask(config, file.parameters, ids);
      const actual = await exported.trace(ids, true);
      expect(relativeError(actual.logits, expected.logits)).toBeLessThan(TOLERANCE);
      expectSameAttention(config, actual, expected);
      expect((await exported.trace(ids, false)).attention).toBeNull();
    }
    await exported.dispose();
  });
});

function expectSameAttention(config: ModelConfig, actual: Trace, expected: Trace): void {
  const [L, H, T] = [attentionLayers(config), attentionHeads(config), expected.ids.length];
  if (L === 0) {
    expect([actual.attention, expected.attention]).toEqual([null, null]);
    return;
  }
  expect(actual.attention).toHaveLength(L * H * T * T);
  expect(relativeError(actual.attention!, expected.attention!)).toBeLessThan(TOLERANCE);
  // Weights as even as possible would hide a wrong score.
  const ofLastQuery = actual.attention!.filter((_, i) => Math.floor(i / T) % T === T - 1);
  if (T > 3) expect(Math.max(...ofLastQuery)).toBeGreaterThan(1.05 / T);
}

test("the windows of a batch do not touch", async () => {
  const ort = await loadOrt();
  for (const {config, seed} of cases.slice(0, 40)) {
    const file = caseFile(config, seed);
    const session = await openOrtSession(ort, toOnnx(file));
    const rows = [windows(config)[2]!, windows(config)[2]!.toReversed()];
    const names = Array.from({length: attentionLayers(config)}, (_, i) => attentionOutput(i));
    const data = BigInt64Array.from(rows.flat(), BigInt);
    const outputs = await session.run({[INPUT_IDS]: {data, shape: [2, config.blockSize]}}, [
      LOGITS,
      ...names
    ]);
    for (const [b, ids] of rows.entries()) {
      const half = (array: Float32Array) =>
        array.subarray((b * array.length) / 2, ((b + 1) * array.length) / 2);
      const expected = await ask(config, file.parameters, ids);
      expect(relativeError(half(outputs[LOGITS]!), expected.logits)).toBeLessThan(TOLERANCE);
      const attention = names.flatMap((name) => [...half(outputs[name]!)]);
      if (names.length > 0) expect(relativeError(attention, expected.attention!)).toBeLessThan(TOLERANCE);
    }
    await session.dispose();
  }
});

test("each choice makes a difference that these tests would see", async () => {
  const {config, seed} = cases[0]!;
  const unplaced = {...config, position: "none" as const};
  const pairs: [ModelConfig, Partial<ModelConfig>][] = [
    [config, {activation: "geluExact"}],
    [config, {activation: "relu"}],
    [config, {causal: false}],
    [config, {residual: false}],
    [unplaced, {position: "rope"}],
    [unplaced, {position: "alibi"}],
    [unplaced, {position: "sinusoidal"}],
    [{...config, norm: "rmsNorm", bias: false}, {norm: "layerNorm"}]
  ];
  const ids = windows(config)[2]!;
  for (const [from, change] of pairs) {
    const {parameters} = caseFile(from, seed);
    const [a, b] = [await ask(from, parameters, ids), await ask({...from, ...change}, parameters, ids)];
    expect(relativeError(b.logits, a.logits), JSON.stringify(change)).toBeGreaterThan(2 * TOLERANCE);
  }
});

/** Debian's ONNX, which checks a file by the rules of the format and infers every shape in it; null where there is none. */
const python = ["/usr/bin/python3", "python3"].find(
  (command) => spawnSync(command, ["-c", "import onnx"]).status === 0
);
const checker = `
import sys, onnx, onnx.shape_inference
for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    assert [o.name for o in inferred.graph.output] == [o.name for o in model.graph.output]
print(len(sys.argv) - 1)
`;

const title = "onnx's own checker accepts every graph";
test.skipIf(!python)(python ? title : `${title} (not checked: needs a python3 with the package onnx)`, () => {
  const folder = mkdtempSync(join(tmpdir(), "onnx-"));
  try {
    const paths = cases.map(({config, seed}, i) => {
      const path = join(folder, `${i}.onnx`);
      writeFileSync(path, toOnnx(caseFile(config, seed)));
      return path;
    });
    const {stdout, stderr} = spawnSync(python!, ["-c", checker, ...paths], {encoding: "utf8"});
    expect(stderr).toBe("");
    expect(Number(stdout)).toBe(cases.length);
  } finally {
    rmSync(folder, {recursive: true});
  }
});
