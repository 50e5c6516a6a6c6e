import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {type ModelConfig, modelConfig} from "../../src/components/model/config.js";
import {forward} from "../../src/components/model/forward.js";
import type {Parameters, Pass} from "../../src/components/model/pass.js";
import {alibiSlopes} from "../../src/components/model/positionTables.js";
import {backendNames, useBackend} from "../backends.js";
import {cases, type ModelCase} from "../fixtures/model.js";
import {FORWARD_TOLERANCE, relativeError} from "../ops/fixtures.js";
import {int32, passOf, toParameters} from "./passes.js";

/** Every intermediate of a pass, by name. */
function trace(pass: Pass, ids: number[][]): Record<string, tf.Tensor> {
  const steps: Record<string, tf.Tensor> = {};
  const tap = (name: string, value: tf.Tensor) => {
    steps[name] = value;
    return undefined;
  };
  forward({...pass, tap}, int32(ids));
  return steps;
}

/** The same batch with the token at one position changed in every row. */
const changedAt = (position: number, {ids, config}: ModelCase) =>
  ids.map((row) => row.map((id, t) => (t === position ? (id + 3) % config.vocabSize : id)));

/** For each changed position, those whose logits then differ in any row; exactly. */
async function reach(pass: Pass, fixture: ModelCase, changed: number[]): Promise<number[][]> {
  const logits = async (ids: number[][]) => (await forward(pass, int32(ids)).array()) as number[][][];
  const before = await logits(fixture.ids);
  const reached: number[][] = [];
  for (const position of changed) {
    const after = await logits(changedAt(position, fixture));
    const differs = (t: number) => before.some((row, b) => row[t]!.some((x, v) => x !== after[b]![t]![v]));
    reached.push(range(0, before[0]!.length).filter(differs));
  }
  return reached;
}

/** All positions from one up to, not including, another. */
const range = (start: number, end: number) => Array.from({length: end - start}, (_, i) => start + i);

describe.each(backendNames)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  // Software WebGPU takes seconds for each; the two that differ most stand for the rest there.
  const few = ["gpt2", "llama"];
  const causal = Object.entries(cases).filter(
    ([name, {config}]) =>
      config.causal &&
      ["transformer", "attention"].includes(config.architecture) &&
      (backend !== "webgpu" || few.includes(name))
  );

  it.each(causal)("%s: a later token changes no earlier logit, and every later one", async (_, fixture) => {
    const {config, parameters} = passOf(fixture);
    const positions = range(0, fixture.ids[0]!.length);
    const T = positions.length;
    const reached = await reach({config, parameters}, fixture, positions);
    expect(reached).toEqual(positions.map((position) => range(position, T)));
  });

  it.each(["encoder", "encoder of documents"])(
    "%s: a later token does change earlier logits",
    async (name) => {
      const {config, parameters} = passOf(cases[name]!);
      const T = cases[name]!.ids[0]!.length;
      expect(await reach({config, parameters}, cases[name]!, [T - 1])).toEqual([range(0, T)]);
    }
  );

  it.each(["encoder of documents", "documents"])("%s: a padded token changes no real logit", async (name) => {
    const fixture = cases[name]!;
    const [, second] = fixture.padding!;
    const [firstPadded, T] = [second!.indexOf(1), second!.length];
    const only = {...fixture, ids: [fixture.ids[1]!]};
    const pass = {...passOf(fixture), padding: int32([second!])};
    const [real, ...padded] = await reach(pass, only, range(firstPadded - 1, T));
    for (const reached of padded) expect(reached.every((t) => t >= firstPadded)).toBe(true);
    // The last real one does, so the test can fail.
    expect(real).toContain(firstPadded - 1);
  });
});

describe("the shapes of every intermediate", () => {
  beforeAll(() => useBackend("cpu"));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const shapes = (name: string) =>
    Object.fromEntries(
      Object.entries(trace(passOf(cases[name]!), cases[name]!.ids)).map(([step, {shape}]) => [step, shape])
    );

  it("are those of the comments in a transformer, here with shared heads", () => {
    // B = 2, T = 6, C = 16, H = 4, K = 2, D = 4, F = 6, V = 11.
    expect(shapes("llama")).toEqual({
      embedding: [2, 6, 16],
      "transformer.h.0.attn.input": [2, 6, 16],
      "transformer.h.0.attn.q": [2, 4, 6, 4],
      "transformer.h.0.attn.k": [2, 2, 6, 4],
      "transformer.h.0.attn.v": [2, 2, 6, 4],
      "transformer.h.0.attn.scores": [2, 4, 6, 6],
      "transformer.h.0.attn.weights": [2, 4, 6, 6],
      "transformer.h.0.attn.mixed": [2, 4, 6, 4],
      "transformer.h.0.after_attn": [2, 6, 16],
      "transformer.h.0.mlp.hidden": [2, 6, 6],
      "transformer.h.0.after_mlp": [2, 6, 16],
      final: [2, 6, 16],
      logits: [2, 6, 11]
    });
  });

  it("are there for every layer", () => {
    const steps = Object.keys(shapes("gpt2"));
    const ofLayer = (i: number) => steps.filter((step) => step.startsWith(`transformer.h.${i}.`));
    expect(ofLayer(0)).toHaveLength(10);
    expect(ofLayer(1)).toEqual(ofLayer(0).map((step) => step.replace(".0.", ".1.")));
  });

  it("are those of the models before it", () => {
    expect(shapes("attention")).toEqual({
      embedding: [2, 6, 8],
      "transformer.h.0.attn.scores": [2, 6, 6],
      "transformer.h.0.attn.weights": [2, 6, 6],
      final: [2, 6, 8],
      logits: [2, 6, 11]
    });
    expect(shapes("mlp")).toEqual({
      embedding: [2, 6, 8],
      "transformer.h.0.mlp.hidden": [2, 6, 6],
      logits: [2, 6, 11]
    });
    expect(shapes("neuralBigram")).toEqual({embedding: [2, 6, 8], final: [2, 6, 8], logits: [2, 6, 11]});
    expect(shapes("bigram")).toEqual({logits: [2, 6, 11]});
  });
});

describe("what is the same said in two ways", () => {
  beforeAll(() => useBackend("cpu"));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it("shared heads are heads of their own with equal weights", async () => {
    const {config, ids, parameters: stored, logits} = cases.llama!;
    const {nEmbd: C, nHead: H, nKvHead: K} = config;
    const D = C / H;
    const parameters: Record<string, tf.Tensor> = {...toParameters(stored)};
    const name = "transformer.h.0.attn.c_attn.weight";
    const [q, k, v] = tf.split(parameters[name]!, [C, K * D, K * D], 1);
    const forEach = (weight: tf.Tensor) =>
      tf.concat(
        range(0, H).map((h) => tf.slice(weight, [0, Math.floor((h * K) / H) * D], [C, D])),
        1
      );
    parameters[name] = tf.concat([q!, forEach(k!), forEach(v!)], 1);
    const alone = forward({config: {...config, nKvHead: H}, parameters}, int32(ids));
    const shared = forward({config, parameters: toParameters(stored)}, int32(ids));
    expect(alone.shape).toEqual(logits.shape);
    expect(relativeError(await alone.data(), await shared.data())).toBeLessThan(FORWARD_TOLERANCE);
  });

  it.each(["learned", "sinusoidal", "rope", "alibi", "none"] as const)(
    "the single head is multi-head attention with one head, %s",
    async (position) => {
      const sizes = {nLayer: 1, nHead: 1, nEmbd: 8, nInner: 6, blockSize: 8, vocabSize: 11};
      // Nothing normalised and nothing added: what follows attention is what attention gives.
      const bare = modelConfig({...sizes, position, norm: "none", residual: false});
      const {ids, parameters: stored} = cases["learned pre"]!;
      const parameters = toParameters(stored);
      const single = trace({config: {...bare, architecture: "attention"}, parameters}, ids);
      const multi = trace({config: bare, parameters}, ids);
      const attended = multi["transformer.h.0.after_attn"]!;
      expect(single.final!.shape).toEqual(attended.shape);
      expect(relativeError(await single.final!.data(), await attended.data())).toBeLessThan(
        FORWARD_TOLERANCE
      );
    }
  );
});

describe("scores between equal tokens", () => {
  beforeAll(() => useBackend("cpu"));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  /** Scores [H, T, T] of the first layer, where every token is the same and only positions differ. */
  async function scores(name: string, differences: Partial<ModelConfig> = {}) {
    const {config, parameters} = passOf(cases[name]!) as {config: ModelConfig; parameters: Parameters};
    const pass = {config: {...config, ...differences}, parameters};
    const steps = trace(pass, [Array<number>(6).fill(4)]);
    return ((await steps["transformer.h.0.attn.scores"]!.array()) as number[][][][])[0]!;
  }

  it("depend on the distance only under RoPE, and change with it", async () => {
    for (const head of await scores("rope pre")) {
      for (let t = 1; t < 6; t++)
        for (let s = 1; s <= t; s++) expect(head[t]![s]).toBeCloseTo(head[t - 1]![s - 1]!, 5);
      expect(new Set(range(0, 6).map((s) => head[5]![s]!.toFixed(3))).size).toBe(6);
    }
  });

  it("fall by the head's slope with every step under ALiBi", async () => {
    for (const name of ["alibi pre", "six alibi heads"]) {
      const slopes = alibiSlopes(cases[name]!.config)!;
      (await scores(name)).forEach((head, h) => {
        for (let t = 0; t < 6; t++)
          for (let s = 0; s <= t; s++)
            expect(head[t]![t]! - head[t]![s]!).toBeCloseTo((t - s) * slopes[h]!, 5);
      });
    }
  });

  it("are all equal without positions", async () => {
    for (const head of await scores("none pre", {causal: false}))
      expect(new Set(head.flat().map((score) => score.toFixed(5))).size).toBe(1);
  });

  it("also depend on where both stand with learned positions", async () => {
    for (const head of await scores("learned pre"))
      expect(Math.abs(head[5]![5]! - head[4]![4]!)).toBeGreaterThan(1e-3);
  });
});
