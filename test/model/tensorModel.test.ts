import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, describe, expect, it} from "vitest";
import {TensorModel} from "../../src/components/model/tensorModel.js";
import {useBackend} from "../backends.js";
import {cases, type ModelCase, toParameterData} from "../fixtures/model.js";
import {relativeError} from "../ops/fixtures.js";
import {TOLERANCE} from "./passes.js";

beforeAll(() => useBackend("cpu"));

let model: TensorModel;
/** The model of a case, its context as long as the case's rows, so that a batch is cut into those rows. */
function open(fixture: ModelCase): TensorModel {
  const T = fixture.ids[0]!.length;
  const stored = {...fixture.parameters};
  const table = stored["transformer.wpe.weight"];
  if (table) {
    const C = fixture.config.nEmbd;
    stored["transformer.wpe.weight"] = {shape: [T, C], data: table.data.slice(0, T * C)};
  }
  model = new TensorModel({...fixture.config, blockSize: T}, toParameterData(stored));
  return model;
}
afterEach(() => model.dispose());

const batchOf = ({ids, targets, padding}: ModelCase) => ({
  inputs: Int32Array.from(ids.flat()),
  targets: Int32Array.from(targets.flat()),
  ...(padding && {padding: Uint8Array.from(padding.flat())})
});
const optionsOf = ({labelSmoothing, dropout}: ModelCase) => ({
  ...(labelSmoothing && {labelSmoothing}),
  ...(dropout && {dropout})
});

describe("a batch", () => {
  it.each(["gpt2", "encoder of documents", "label smoothing", "dropout", "mlp"])(
    "%s: has PyTorch's loss and gradients, by name, and leaves nothing else behind",
    async (name) => {
      const fixture = cases[name]!;
      open(fixture);
      const before = tf.memory().numTensors;
      const {loss, gradients} = tf.tidy(() => model.gradients(batchOf(fixture), optionsOf(fixture)));
      expect(relativeError(await loss.data(), [fixture.loss])).toBeLessThan(TOLERANCE);
      expect(Object.keys(gradients)).toEqual(Object.keys(fixture.gradients));
      for (const [name, gradient] of Object.entries(gradients)) {
        // Rows of the position table past the context have no gradient.
        const {data} = fixture.gradients[name]!;
        expect(relativeError(await gradient.data(), data.slice(0, gradient.size)), name).toBeLessThan(
          TOLERANCE
        );
      }
      tf.dispose([loss, gradients]);
      expect(tf.memory().numTensors).toBe(before);
    }
  );

  it("is counted by pairs", async () => {
    const fixture = cases.bigram!;
    const V = fixture.config.vocabSize;
    const counts = tf.tidy(() => open(fixture).countPairs(batchOf(fixture)));
    const expected = new Float32Array(V * V);
    fixture.ids.flat().forEach((id, i) => {
      expected[id * V + fixture.targets.flat()[i]!]! += 1;
    });
    expect(await counts.data()).toEqual(expected);
    counts.dispose();
  });
});

describe("a text", () => {
  it.each(["gpt2", "llama", "attention", "mlp"])("%s: is traced as PyTorch does", async (name) => {
    const fixture = cases[name]!;
    open(fixture);
    const before = tf.memory().numTensors;
    for (const [b, ids] of fixture.ids.entries()) {
      const trace = await model.trace(ids, {attention: true});
      expect([...trace.ids]).toEqual(ids);
      const share = fixture.logits.data.length / fixture.ids.length;
      expect(relativeError(trace.logits, fixture.logits.data.slice(b * share, (b + 1) * share))).toBeLessThan(
        TOLERANCE
      );
      const weights = fixture.attention.flatMap(({data}) => {
        const size = data.length / fixture.ids.length;
        return data.slice(b * size, (b + 1) * size);
      });
      if (weights.length === 0) expect(trace.attention).toBeNull();
      else expect(relativeError(trace.attention!, weights)).toBeLessThan(TOLERANCE);
    }
    expect((await model.trace(fixture.ids[0]!)).attention).toBeNull();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(["gpt2", "llama", "attention"])("%s: is decoded to PyTorch's last logits", async (name) => {
    const fixture = cases[name]!;
    open(fixture);
    const V = fixture.config.vocabSize;
    const before = tf.memory().numTensors;
    const decoding = model.decoding();
    const [ids] = fixture.ids;
    let read = 3;
    let scores = await decoding.read(ids!.slice(0, read));
    for (;;) {
      const expected = fixture.logits.data.slice((read - 1) * V, read * V);
      expect(relativeError(scores, expected), `after ${read} tokens`).toBeLessThan(TOLERANCE);
      if (read === ids!.length) break;
      scores = await decoding.read([ids![read]!]);
      read += 1;
    }
    decoding.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("gives its parameters back as they came", async () => {
    const fixture = cases.llama!;
    expect(await open(fixture).data()).toEqual(toParameterData(fixture.parameters));
  });
});
