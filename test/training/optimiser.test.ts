import * as tf from "@tensorflow/tfjs-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {toVariables} from "../../src/components/model/parameterTensors.js";
import {ratesAt} from "../../src/components/ops/rates.js";
import {setKernels} from "../../src/components/ops/webgpu/kernels.js";
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
  // Gradients are as they are below the limit, so that clipping changes nothing.
  const config: TrainConfig = {...presets.toy.train, ...settings, optimiser, clipNorm: 1e6};
  const data = {[NAME]: {shape: start.shape, data: Float32Array.from(start.data)}};
  const parameters = toVariables(data, true);
  const ours = new Optimiser(config, initialState(optimiser, data));
  let worst = 0;
  for (const [i, gradient] of gradients.entries()) {
    const rates = ratesAt(i + 1, settings);
    tf.dispose(tf.tidy(() => ours.clippedUpdate(parameters, {[NAME]: toTensor(gradient)}, rates)));
    worst = Math.max(worst, relativeError(await parameters[NAME]!.data(), after[i]!.data));
  }
  ours.dispose();
  tf.dispose(parameters);
  return worst;
}

/** On WebGPU, kernels and what defines them; elsewhere there is no difference. */
const ways = [
  ...backendNames.map((backend) => ({backend, kernels: false})),
  {backend: "webgpu" as const, kernels: true}
];

describe.each(ways)("on $backend, kernels: $kernels", ({backend, kernels}) => {
  beforeAll(async () => {
    await useBackend(backend);
    setKernels(kernels);
  });
  afterAll(() => setKernels(true));

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
