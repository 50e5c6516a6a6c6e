import {spawnSync} from "node:child_process";
import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {beforeAll, describe, expect, test} from "vitest";
import {fromOnnx, type OnnxModelFile, toOnnx} from "../../../src/components/exchange/onnx/onnx.js";
import {type GraphOptions, graphOptions} from "../../../src/components/exchange/onnx/onnxGraph.js";
import {CACHE_KINDS} from "../../../src/components/exchange/onnx/onnxPass.js";
import {WEIGHT_FORMATS} from "../../../src/components/exchange/onnx/onnxWeights.js";
import type {Trace} from "../../../src/components/inference/languageModel.js";
import {cacheNames, OnnxPasses} from "../../../src/components/inference/onnxPasses.js";
import {loadOrt, openOrtSession} from "../../../src/components/inference/ort.js";
import {attentionHeads, attentionLayers, type ModelConfig} from "../../../src/components/model/config.js";
import {canDecodeWithCache} from "../../../src/components/model/forward.js";
import {TensorModel} from "../../../src/components/model/tensorModel.js";
import {createRandom} from "../../../src/components/random.js";
import {useBackend} from "../../backends.js";
import {caseFile, cases} from "./onnxCases.js";
import {checkStructure} from "./onnxStructure.js";

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

async function open(file: OnnxModelFile, options: Partial<GraphOptions>): Promise<OnnxPasses> {
  const ort = await loadOrt();
  const session = await openOrtSession(ort, toOnnx(file, options));
  return new OnnxPasses(ort, session, file.config, graphOptions(file.config, options));
}

describe("the exported graph computes what the trainer's model does", () => {
  test.each(cases)("$title", async ({config, seed}) => {
    const file = caseFile(config, seed);
    const exported = await open(file, {attention: true});
    const expected: Trace[] = [];
    for (const ids of windows(config)) {
      const trace = await ask(config, file.parameters, ids);
      const actual = await exported.whole({ids, batch: 1}, true);
      expect(relativeError(actual.logits, trace.logits)).toBeLessThan(TOLERANCE);
      expectSameAttention(config, actual.attention, trace);
      expected.push(trace);
    }
    await expectSamePadded(exported, config, expected[1]!, expected[2]!);
    const added = await open(file, {cache: "added"});
    for (const passes of [exported, added]) {
      await expectSameDecoding(passes, config, expected[2]!);
      await passes.dispose();
    }
  });
});

/** Half of the window at once, and then token by token; of a long one the last five. */
async function expectSameDecoding(
  exported: OnnxPasses,
  config: ModelConfig,
  {ids, logits}: Trace
): Promise<void> {
  expect(exported.graph.cache !== "none").toBe(canDecodeWithCache(config));
  if (exported.graph.cache === "none") {
    expect(() => exported.decoding()).toThrow("ask it for whole windows");
    return;
  }
  const decoding = exported.decoding();
  const first = Math.max(Math.ceil(ids.length / 2), ids.length - 5);
  for (let end = first, start = 0; end <= ids.length; start = end, end++) {
    const scores = await decoding.read(ids.subarray(start, end));
    const row = logits.subarray((end - 1) * config.vocabSize, end * config.vocabSize);
    expect(relativeError(scores, row)).toBeLessThan(TOLERANCE);
  }
  await expect(decoding.read([0])).rejects.toThrow(`all of its ${config.blockSize} tokens have been read`);
  decoding.dispose();
}

/** A batch of two lengths, the shorter filled up before its beginning, as transformers.js sends it. */
async function expectSamePadded(
  exported: OnnxPasses,
  {vocabSize: V, blockSize: T}: ModelConfig,
  shorter: Trace,
  longer: Trace
): Promise<void> {
  const padding = new Array<number>(T - shorter.ids.length).fill(0);
  const {logits} = await exported.whole({
    ids: [...padding.map(() => V - 1), ...shorter.ids, ...longer.ids],
    mask: [...padding, ...shorter.ids.map(() => 1), ...longer.ids.map(() => 1)],
    batch: 2
  });
  const textOfShorter = logits.subarray(padding.length * V, T * V);
  expect(relativeError(textOfShorter, shorter.logits)).toBeLessThan(TOLERANCE);
  expect(relativeError(logits.subarray(T * V), longer.logits)).toBeLessThan(TOLERANCE);
  expect(logits.every(Number.isFinite)).toBe(true);
}

function expectSameAttention(config: ModelConfig, layers: Float32Array[], expected: Trace): void {
  const [L, H, T] = [attentionLayers(config), attentionHeads(config), expected.ids.length];
  expect(layers).toHaveLength(L);
  if (L === 0) {
    expect(expected.attention).toBeNull();
    return;
  }
  const actual = layers.flatMap((layer) => [...layer]);
  expect(actual).toHaveLength(L * H * T * T);
  expect(relativeError(actual, expected.attention!)).toBeLessThan(TOLERANCE);
  // Weights as even as possible would hide a wrong score.
  const ofLastQuery = actual.filter((_, i) => Math.floor(i / T) % T === T - 1);
  if (T > 3) expect(Math.max(...ofLastQuery)).toBeGreaterThan(1.05 / T);
}

test("the windows of a batch do not touch", async () => {
  for (const {config, seed} of cases.slice(0, 40)) {
    const exported = await open(caseFile(config, seed), {attention: true});
    const ids = windows(config)[2]!;
    const rows = [ids, ids.toReversed()];
    const both = await exported.whole({ids: rows.flat(), batch: 2}, true);
    for (const [b, ids] of rows.entries()) {
      const half = (array: Float32Array) =>
        array.subarray((b * array.length) / 2, ((b + 1) * array.length) / 2);
      const alone = await exported.whole({ids, batch: 1}, true);
      expect(relativeError(half(both.logits), alone.logits)).toBeLessThan(TOLERANCE);
      for (const [i, layer] of both.attention.entries())
        expect(relativeError(half(layer), alone.attention[i]!)).toBeLessThan(TOLERANCE);
    }
    await exported.dispose();
  }
});

test("a padded batch is decoded on as each text would be alone", async () => {
  const {config, parameters} = caseFile(cases[0]!.config, cases[0]!.seed);
  const ort = await loadOrt();
  const session = await openOrtSession(ort, toOnnx(caseFile(config, cases[0]!.seed)));
  const {vocabSize: V, nHead, nEmbd} = config;
  const int64 = (values: number[], shape: number[]) =>
    new ort.Tensor("int64", BigInt64Array.from(values, BigInt), shape);
  const empty = () => new ort.Tensor("float32", new Float32Array(0), [2, nHead, 0, nEmbd / nHead]);
  const names = cacheNames(config);
  // The texts are [1, 2] and [3, 4, 5]; both go on with 6.
  const prompt = await session.run(
    {
      input_ids: int64([0, 1, 2, 3, 4, 5], [2, 3]),
      attention_mask: int64([0, 1, 1, 1, 1, 1], [2, 3]),
      position_ids: int64([1, 0, 1, 0, 1, 2], [2, 3]),
      ...Object.fromEntries(names.map(({past}) => [past, empty()]))
    },
    names.map(({present}) => present)
  );
  const next = await session.run(
    {
      input_ids: int64([6, 6], [2, 1]),
      attention_mask: int64([0, 1, 1, 1, 1, 1, 1, 1], [2, 4]),
      position_ids: int64([2, 3], [2, 1]),
      ...Object.fromEntries(names.map(({past, present}) => [past, prompt[present]!]))
    },
    ["logits"]
  );
  const logits = next.logits!.data as Float32Array;
  for (const [b, ids] of [
    [1, 2, 6],
    [3, 4, 5, 6]
  ].entries()) {
    const expected = (await ask(config, parameters, ids)).logits.slice(-V);
    expect(relativeError(logits.subarray(b * V, (b + 1) * V), expected)).toBeLessThan(TOLERANCE);
  }
  await session.dispose();
});

test.each(["float16", "int8"] as const)("%s weights compute what reading them back says", async (weights) => {
  for (const {config, seed} of cases.slice(0, 30)) {
    const file = caseFile(config, seed);
    const read = fromOnnx(toOnnx(file, {weights}));
    const ids = windows(config)[2]!;
    const [stored, plain] = [await open(file, {weights}), await open(read, {})];
    const [a, b] = [await stored.whole({ids, batch: 1}), await plain.whole({ids, batch: 1})];
    expect(relativeError(a.logits, b.logits)).toBeLessThan(TOLERANCE);
    await stored.dispose();
    await plain.dispose();
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
import glob, sys, onnx, onnx.shape_inference
paths = glob.glob(sys.argv[1] + "/*.onnx")
for path in paths:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    assert [o.name for o in inferred.graph.output] == [o.name for o in model.graph.output]
print(len(paths))
`;

/** Every way to write a model that makes another graph of it. */
function variants(config: ModelConfig): GraphOptions[] {
  const all = WEIGHT_FORMATS.flatMap((weights) =>
    CACHE_KINDS.flatMap((cache) => [true, false].map((attention) => ({cache, attention, weights})))
  );
  const texts = new Set(all.map((options) => JSON.stringify(graphOptions(config, options))));
  return [...texts].map((text) => JSON.parse(text));
}

test(`every graph with every option is sound${python ? ", and onnx's own checker accepts it" : ""}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "onnx-"));
  let written = 0;
  try {
    for (const {config, seed} of cases) {
      const file = caseFile(config, seed);
      for (const options of variants(config)) {
        const bytes = toOnnx(file, options);
        checkStructure(bytes, config, options);
        writeFileSync(join(folder, `${written++}.onnx`), bytes);
      }
    }
    expect(written).toBeGreaterThan(5 * cases.length);
    if (!python) return;
    const {stdout, stderr} = spawnSync(python, ["-c", checker, folder], {encoding: "utf8"});
    expect(stderr).toBe("");
    expect(Number(stdout)).toBe(written);
  } finally {
    rmSync(folder, {recursive: true});
  }
});
