import * as tf from "@tensorflow/tfjs-core";
import {expect, it} from "vitest";
import {gradientsInLoops} from "../../../src/components/chapters/inference/loops/model.js";
import {STEP_BATCH, STEP_MODEL} from "../../../src/components/chapters/inference/stepModel.js";
import {stepInLoops, stepOnEngine, stepRun} from "../../../src/components/chapters/inference/timeSteps.js";
import {buildCorpus} from "../../../src/components/corpus/buildCorpus.js";
import {modelConfig} from "../../../src/components/model/config.js";
import {initialise} from "../../../src/components/model/initialise.js";
import {TensorModel} from "../../../src/components/model/tensorModel.js";
import {createRandom} from "../../../src/components/random.js";
import {useBackend} from "../../backends.js";

const config = modelConfig({nLayer: 2, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 5, vocabSize: 7});

/** Weights large enough for every path of the gradient to matter. */
function parameters() {
  const random = createRandom(3);
  const made = initialise(config, random);
  for (const {data} of Object.values(made))
    for (let i = 0; i < data.length; i++) data[i]! += 0.3 * random.normal();
  return made;
}
const batch = {
  inputs: Int32Array.from([0, 1, 2, 3, 4, 6, 5, 4, 3, 3]),
  targets: Int32Array.from([1, 2, 3, 4, 5, 5, 4, 3, 3, 0])
};
const text = Array.from({length: 3000}, (_, i) => "the cat sat on a mat. "[(i * i + 3 * i) % 22]).join("");
const corpus = () =>
  buildCorpus(text, {name: "test", source: "test", license: "none", blockSize: STEP_MODEL.blockSize});

it("comes to the loss and the gradients of the tensor model, in every parameter", async () => {
  await useBackend("cpu");
  const model = new TensorModel(config, parameters());
  const {loss, gradients} = model.gradients(batch);
  const loops = gradientsInLoops(config, parameters(), batch);
  expect(loops.loss).toBeCloseTo((await loss.data())[0]!, 5);
  expect(Object.keys(loops.gradients)).toEqual(Object.keys(gradients));
  for (const [name, gradient] of Object.entries(gradients)) {
    const expected = (await gradient.data()) as Float32Array;
    const largest = expected.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
    expect(largest, name).toBeGreaterThan(1e-4);
    loops.gradients[name]!.data.forEach((g, i) => {
      expect(Math.abs(g - expected[i]!), name).toBeLessThan(1e-4 * largest + 1e-7);
    });
  }
  tf.dispose([loss, gradients]);
  model.dispose();
});

it("takes the same steps as the trainer, updates included", async () => {
  await useBackend("wasm");
  const loops = stepInLoops(await corpus());
  const engine = await stepOnEngine(await corpus(), "wasm");
  const losses: [number, number][] = [];
  for (let i = 0; i < 2; i++) losses.push([(await loops()).loss, (await engine()).loss]);
  for (const [a, b] of losses) expect(Math.abs(a - b)).toBeLessThan(1e-4);
  expect(losses.at(-1)![0]).toBeLessThan(losses[0]![0] - 0.1);
});

it("refuses what the loops are not written for", () => {
  const other = {...config, norm: "rmsNorm"} as const;
  expect(() => gradientsInLoops(other, parameters(), batch)).toThrow(/norm layerNorm, not rmsNorm/);
});

it("times the batch that the chapter speaks of", async () => {
  const run = stepRun(await corpus());
  expect(run.trainConfig.batchSize).toBe(STEP_BATCH);
  expect(run.modelConfig).toMatchObject(STEP_MODEL);
});
