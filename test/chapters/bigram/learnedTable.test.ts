import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, expect, it} from "vitest";
import {neuralBigramModel} from "../../../src/components/chapters/bigram/bigramRuns.js";
import {learnedTable} from "../../../src/components/chapters/bigram/learnedTable.js";
import {initialise} from "../../../src/components/model/initialise.js";
import {TensorModel} from "../../../src/components/model/tensorModel.js";
import {createRandom} from "../../../src/components/random.js";
import {useBackend} from "../../backends.js";

beforeAll(() => useBackend("cpu"));

it.each([
  {tiedHead: true, bias: true},
  {tiedHead: false, bias: false}
])("says what the model itself says: %o", async (choices) => {
  const V = 7;
  const config = {...neuralBigramModel, ...choices, nEmbd: 4, vocabSize: V};
  const parameters = initialise(config, createRandom(3));
  // Larger than they begin, so that rows differ.
  for (const {data} of Object.values(parameters)) for (let i = 0; i < data.length; i++) data[i]! *= 40;
  const table = learnedTable(config, parameters);
  const model = new TensorModel(config, parameters);
  const {logits} = await model.trace(Array.from({length: V}, (_, id) => id));
  model.dispose();
  const expected = await tf.tidy(() => tf.softmax(tf.tensor2d(logits, [V, V]))).data();
  table.forEach((p, i) => {
    expect(p).toBeCloseTo(expected[i]!, 5);
  });
});

it("names a parameter that is missing", () => {
  expect(() => learnedTable({...neuralBigramModel, vocabSize: 3}, {})).toThrow(
    "The neural bigram needs a parameter named transformer.wte.weight, and there is none."
  );
});
