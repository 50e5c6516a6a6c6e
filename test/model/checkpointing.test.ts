import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {type LossOptions, TensorModel} from "../../src/components/model/tensorModel.js";
import {backendNames, useBackend} from "../backends.js";
import {cases, type ModelCase, toParameterData} from "../fixtures/model.js";

const transformers = Object.entries(cases).filter(([, {config}]) => config.architecture === "transformer");

/** Loss and gradients of a case, by name. */
async function gradients(fixture: ModelCase, options: LossOptions): Promise<Record<string, Float32Array>> {
  const T = fixture.ids[0]!.length;
  // Rows of the batch as long as the context, so that the model cuts it as the case has it.
  const stored = {...fixture.parameters};
  const table = stored["transformer.wpe.weight"];
  if (table)
    stored["transformer.wpe.weight"] = {
      shape: [T, fixture.config.nEmbd],
      data: table.data.slice(0, T * fixture.config.nEmbd)
    };
  const model = new TensorModel({...fixture.config, blockSize: T}, toParameterData(stored));
  const before = tf.memory().numTensors;
  const {loss, gradients} = tf.tidy(() =>
    model.gradients(
      {
        inputs: Int32Array.from(fixture.ids.flat()),
        targets: Int32Array.from(fixture.targets.flat()),
        ...(fixture.padding && {padding: Uint8Array.from(fixture.padding.flat())})
      },
      {...options, labelSmoothing: fixture.labelSmoothing ?? 0}
    )
  );
  expect(tf.memory().numTensors - before).toBe(1 + Object.keys(gradients).length);
  const all = {loss, ...gradients};
  const data: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries(all)) data[name] = (await tensor.data()) as Float32Array;
  tf.dispose(all);
  model.dispose();
  return data;
}

describe.each(backendNames)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  // Software WebGPU takes seconds for each; the two that differ most stand for the rest there.
  const tried = transformers.filter(([name]) => backend !== "webgpu" || ["gpt2", "llama"].includes(name));
  it.each(tried)(
    "%s: a block computed twice has the gradients of one that was kept, bit for bit",
    async (_, fixture) => {
      // Half of everything drops, so that a mask that differs the second time would show.
      const dropout = {embedding: 0.5, attention: 0.5, residual: 0.5, seed: 3, step: 2};
      const kept = await gradients(fixture, {dropout});
      expect(await gradients(fixture, {dropout, checkpointing: true})).toEqual(kept);
    }
  );
});

describe("other architectures", () => {
  beforeAll(() => useBackend("cpu"));

  it.each(["attention", "mlp", "neuralBigram"])("%s: has no blocks, and trains as ever", async (name) => {
    expect(await gradients(cases[name]!, {checkpointing: true})).toEqual(await gradients(cases[name]!, {}));
  });
});
