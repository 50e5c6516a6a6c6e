import * as tf from "@tensorflow/tfjs-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {gelu, swiGlu} from "../../../src/components/ops/activations.js";
import {add} from "../../../src/components/ops/add.js";
import {crossEntropy} from "../../../src/components/ops/crossEntropy.js";
import {dropout} from "../../../src/components/ops/dropout.js";
import {embedding} from "../../../src/components/ops/embedding.js";
import {columns, mergeHeads, splitHeads} from "../../../src/components/ops/heads.js";
import {joinWindow} from "../../../src/components/ops/joinWindow.js";
import {layerNorm} from "../../../src/components/ops/layerNorm.js";
import {rmsNorm} from "../../../src/components/ops/rmsNorm.js";
import {rotary} from "../../../src/components/ops/rotary.js";
import {scale} from "../../../src/components/ops/scale.js";
import {softmax} from "../../../src/components/ops/softmax.js";
import {Capture} from "../../../src/components/webgpu/capture.js";
import {InputTensor} from "../../../src/components/webgpu/inputTensor.js";
import {useBackend} from "../../backends.js";
import {normal} from "./parity.js";

const [B, T, V, C] = [2, 3, 5, 8];

/** A chain of every op that a captured step may hold, with new ids, targets and dropped elements each time. */
function work(ids: tf.Tensor, targets: tf.Tensor, clock: tf.Tensor, parameters: tf.Tensor[]) {
  const [table, places, gain, bias] = parameters as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const positions = {table: places, first: 0, isLearned: true};
  const loss = (table: tf.Tensor, places: tf.Tensor, gain: tf.Tensor, bias: tf.Tensor) => {
    let x = embedding(table, ids, {factor: 2, positions: {...positions, table: places}}); // [B, T, C]
    x = dropout(x, {rate: 0.4, seed: 3, step: 0, site: 1, clock});
    x = add(x, swiGlu(layerNorm(x, gain, bias), rmsNorm(x, gain)));
    x = add(x, mergeHeads(rotary(splitHeads(gelu(x), 2), 0)));
    x = add(x, columns(joinWindow(x, 2), 4, C));
    return crossEntropy(columns(scale(softmax(x), 3), 0, V), targets, 0.1);
  };
  const {value, grads} = tf.valueAndGrads(loss as (...xs: tf.Tensor[]) => tf.Tensor)([
    table,
    places,
    gain,
    bias
  ]);
  return {value, ...Object.fromEntries(grads.map((gradient, i) => [`gradient ${i}`, gradient]))};
}

describe("a captured chain of ops", () => {
  beforeAll(() => useBackend("webgpu"));
  const inputs: InputTensor[] = [];
  afterAll(() => {
    for (const input of inputs) input.dispose();
  });

  it("gives what the ops give one by one, bit for bit, at every replay", async () => {
    const ids = new InputTensor([B, T], "int32");
    const targets = new InputTensor([B * T], "int32");
    const clock = new InputTensor([1], "int32");
    inputs.push(ids, targets, clock);
    const parameters = [normal([V, C], 1), normal([T, C], 2), normal([C], 3), normal([C], 4)];
    const run = () => tf.tidy(() => work(ids.tensor, targets.tensor, clock.tensor, parameters));
    const capture = await Capture.record(run);
    for (const step of [0, 1, 2]) {
      ids.write(Int32Array.from({length: B * T}, (_, i) => (i + step) % V));
      targets.write(Int32Array.from({length: B * T}, (_, i) => (i === step ? -1 : (i * step) % V)));
      clock.write(Int32Array.of(step));
      capture.replay();
      const eager = run() as Record<string, tf.Tensor>;
      for (const [name, tensor] of Object.entries(capture.result as Record<string, tf.Tensor>)) {
        const replayed = await tf.add(tensor, 0).data();
        expect([...replayed], `${name}, step ${step}`).toEqual([...(await eager[name]!.data())]);
        expect([...replayed].every(Number.isFinite)).toBe(true);
      }
      tf.dispose(eager);
    }
    capture.dispose();
  });
});
