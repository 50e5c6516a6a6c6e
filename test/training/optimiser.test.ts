import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import type {TrainConfig} from "../../src/components/training/config.js";
import {
  initialState,
  isDecayed,
  momentNames,
  Optimiser,
  ruleFor
} from "../../src/components/training/optimiser.js";
import {presets} from "../../src/components/training/presets.js";
import {backendNames, useBackend} from "../backends.js";
import {FORWARD_TOLERANCE, fixtures, type OptimiserSteps, relativeError, toTensor} from "../ops/fixtures.js";

const {settings, wide, tall} = fixtures.optimisers;
const NAME = "transformer.h.0.mlp.c_fc.weight";

/** Muon's polynomial is applied five times: each float32 rounding of it is carried through the ones after. */
const MUON_TOLERANCE = 10 * FORWARD_TOLERANCE;

/** Largest error of our three steps against PyTorch's. */
async function errorOf(optimiser: TrainConfig["optimiser"], {start, gradients, after}: OptimiserSteps) {
  const config: TrainConfig = {...presets.toy.train, ...settings, optimiser};
  const data = {[NAME]: {shape: start.shape, data: Float32Array.from(start.data)}};
  const parameters = {[NAME]: tf.tidy(() => tf.variable(toTensor(start)))};
  const ours = new Optimiser(config, initialState(optimiser, data));
  let worst = 0;
  for (const [i, gradient] of gradients.entries()) {
    tf.tidy(() => ours.update(parameters, {[NAME]: toTensor(gradient)}, settings.learningRate, i + 1));
    worst = Math.max(worst, relativeError(await parameters[NAME]!.data(), after[i]!.data));
  }
  ours.dispose();
  tf.dispose(parameters);
  return worst;
}

describe.each(backendNames)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(["sgd", "momentum", "adam", "adamW"] as const)(
    "takes PyTorch's three steps of %s",
    async (name) => {
      expect(await errorOf(name, wide[name])).toBeLessThan(FORWARD_TOLERANCE);
    }
  );

  it("takes Muon's three steps on a wide and on a tall matrix", async () => {
    expect(await errorOf("muon", wide.muon)).toBeLessThan(MUON_TOLERANCE);
    expect(await errorOf("muon", tall.muon)).toBeLessThan(MUON_TOLERANCE);
  });

  it("leaves nothing behind", async () => {
    const before = tf.memory().numTensors;
    for (const name of ["sgd", "momentum", "adam", "adamW", "muon"] as const) await errorOf(name, wide[name]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

const shapes = {
  "transformer.wte.weight": [8, 4],
  "transformer.wpe.weight": [5, 4],
  [NAME]: [4, 16],
  "transformer.h.0.mlp.c_fc.bias": [16],
  "lm_head.weight": [8, 4]
};

it("gives Muon the matrices between layers, and AdamW the rest", () => {
  const rules = Object.entries(shapes).map(([name, shape]) => ruleFor("muon", name, shape));
  expect(rules).toEqual(["adamW", "adamW", "muon", "adamW", "adamW"]);
  expect(Object.entries(shapes).map(([name, shape]) => ruleFor("sgd", name, shape))).toEqual(
    Array(5).fill("sgd")
  );
});

it("keeps of each parameter only the moments that its rule reads", () => {
  expect(momentNames("sgd", shapes)).toEqual({first: [], second: []});
  expect(momentNames("momentum", shapes)).toEqual({first: Object.keys(shapes), second: []});
  expect(momentNames("adamW", shapes)).toEqual({first: Object.keys(shapes), second: Object.keys(shapes)});
  expect(momentNames("muon", shapes)).toEqual({
    first: Object.keys(shapes),
    second: Object.keys(shapes).filter((name) => name !== NAME)
  });
});

it("lets matrices decay and nothing else", () => {
  expect(isDecayed([4, 16])).toBe(true);
  expect(isDecayed([16])).toBe(false);
});
