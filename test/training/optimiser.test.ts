import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import type {TrainConfig} from "../../src/components/training/config.js";
import {initialState} from "../../src/components/training/moments.js";
import {Optimiser} from "../../src/components/training/optimiser.js";
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
