import {readFile} from "node:fs/promises";
import {join} from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, expect, it} from "vitest";
import {projectRoot} from "../../../src/cli/framework.js";
import {
  COMPARED_TRAINING,
  LONG_TRAINING,
  RECORDED_MODELS,
  type RecordedName,
  TRAINED_LENGTH
} from "../../../src/components/chapters/order/comparison.js";
import {POSITION_KINDS} from "../../../src/components/chapters/order/positionKinds.js";
import {
  edgeAndEnd,
  type PositionRecording,
  ranking
} from "../../../src/components/chapters/order/recording.js";
import {largestChange, ROUNDING, softmax} from "../../../src/components/chapters/order/reordering.js";
import {fromOnnx} from "../../../src/components/exchange/onnx/onnx.js";
import {initialise} from "../../../src/components/model/initialise.js";
import {parameterCount} from "../../../src/components/model/parameters.js";
import {TensorModel} from "../../../src/components/model/tensorModel.js";
import {createRandom} from "../../../src/components/random.js";
import {useBackend} from "../../backends.js";

const folder = join(projectRoot, "src/data/order-runs");
const recording = JSON.parse(await readFile(join(folder, "recording.json"), "utf8")) as PositionRecording;
const names = Object.keys(RECORDED_MODELS) as RecordedName[];
const open = async (name: RecordedName) => fromOnnx(await readFile(join(folder, `${name}.onnx`)));

beforeAll(async () => {
  await useBackend("wasm");
});

it("was made with the settings that a reader's run has", async () => {
  const {steps, seed, batchSize} = COMPARED_TRAINING;
  expect(recording).toMatchObject({
    shortSteps: steps,
    longSteps: LONG_TRAINING.steps,
    seed,
    batchSize,
    trainedLength: TRAINED_LENGTH
  });
  for (const name of names) {
    const {config, metadata} = await open(name);
    expect(config).toEqual({...RECORDED_MODELS[name], vocabSize: config.vocabSize});
    expect(metadata.run).toMatchObject({trainConfig: LONG_TRAINING, steps: LONG_TRAINING.steps});
    expect(recording.runs[name].parameters).toBe(parameterCount(config));
    expect(recording.runs[name].short.curve.at(-1)![0]).toBe(steps);
  }
});

it("bears out what the chapter says of it", () => {
  const {runs, floor, lnV} = recording;
  // The race has two ends.
  expect(ranking(recording, "short").at(-1)).toBe("sinusoidal");
  expect(ranking(recording, "long").at(-1)).toBe("none");
  // Sinusoids go wrong beyond the trained length; RoPE and ALiBi lose a little; learned positions end.
  const sinusoidal = edgeAndEnd(recording, "sinusoidal");
  expect(sinusoidal.end! - sinusoidal.edge).toBeGreaterThan(1);
  for (const kind of ["rope", "alibi"] as const) {
    const {edge, end} = edgeAndEnd(recording, kind);
    expect(end! - edge).toBeGreaterThan(0);
    expect(end! - edge).toBeLessThan(0.4);
  }
  expect(edgeAndEnd(recording, "learned").end).toBeNull();
  for (const {kind} of POSITION_KINDS)
    for (const [, loss] of runs[kind].long.curve) {
      expect(loss).toBeGreaterThan(floor!);
      expect(loss).toBeLessThan(lnV + 0.1);
    }
});

/** How far a probability of the next token moves when the earlier tokens are reversed. */
async function changeByReversal(model: TensorModel): Promise<number> {
  const ids = [3, 14, 15, 9, 26, 5, 35, 8, 9, 7];
  const expects = async (line: number[]) => {
    const {logits} = await model.inspect(line, {names: ["logits"]});
    return softmax(logits!.data.slice(-model.config.vocabSize));
  };
  const reversed = [...ids.slice(0, -1).reverse(), ids.at(-1)!];
  const {change} = largestChange(await expects(ids), await expects(reversed));
  model.dispose();
  return change;
}

it.each(names)("shuffles as the chapter says: %s", async (name) => {
  const {config, parameters} = await open(name);
  const change = await changeByReversal(new TensorModel(config, parameters));
  if (name === "none-1") expect(change).toBeLessThan(ROUNDING);
  else expect(change).toBeGreaterThan(100 * ROUNDING);
});

it("is blind without a mask too, however deep: order leaks through the mask alone", async () => {
  const config = {...RECORDED_MODELS.none, causal: false, vocabSize: 60};
  const parameters = initialise(config, createRandom(1));
  for (const {data} of Object.values(parameters)) data.set(data.map((x) => 10 * x));
  expect(await changeByReversal(new TensorModel(config, parameters))).toBeLessThan(ROUNDING);
  const masked = new TensorModel({...config, causal: true}, parameters);
  expect(await changeByReversal(masked)).toBeGreaterThan(100 * ROUNDING);
});

it("begins near a blind guess, on the engine that it names", () => {
  expect(tf.getBackend()).toBe(recording.engine);
  for (const {kind} of POSITION_KINDS)
    expect(Math.abs(recording.runs[kind].short.curve[0]![1] - recording.lnV)).toBeLessThan(0.1);
});
