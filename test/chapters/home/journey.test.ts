import {beforeAll, expect, it} from "vitest";
import {journeyNames, journeyOf} from "../../../src/components/chapters/home/journey.js";
import {modelConfig} from "../../../src/components/model/config.js";
import {initialise} from "../../../src/components/model/initialise.js";
import {TensorModel} from "../../../src/components/model/tensorModel.js";
import {createRandom} from "../../../src/components/random.js";
import {characterTokenizer} from "../../../src/components/text/characterTokenizer.js";
import {useBackend} from "../../backends.js";

const config = modelConfig({nLayer: 2, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 12, vocabSize: 4});
const tokenizer = characterTokenizer(["\n", " ", "a", "b"]);
beforeAll(() => useBackend("cpu"));

it("a journey is that of the last token, with the model's own numbers", async () => {
  const inside = new TensorModel(config, initialise(config, createRandom(2)));
  const ids = [0, 2, 3, 2];
  const inspection = await inside.inspect(ids, {names: journeyNames(config)});
  const {stream, looks, next, tokens} = journeyOf(config, tokenizer, ids, inspection);
  expect(tokens).toEqual(["\n", "a", "b", "a"]);
  expect(stream.map((vector) => vector.length)).toEqual([8, 8, 8]);
  expect(stream[0]![3]).toBeCloseTo(inspection.embedding!.data[3 * 8 + 3]!, 3);
  expect(looks.length).toBe(2);
  for (const {key, weight, head} of looks[1]!)
    expect(weight).toBeCloseTo(
      inspection["transformer.h.1.attn.weights"]!.data[(head * 4 + 3) * 4 + key]!,
      3
    );
  expect(looks[1]!.map(({weight}) => weight)).toEqual(
    looks[1]!.map(({weight}) => weight).sort((a, b) => b - a)
  );
  expect(next.reduce((sum, {probability}) => sum + probability, 0)).toBeCloseTo(1, 2);
  inside.dispose();
});

it.each(["bigram", "neuralBigram", "mlp", "attention"] as const)(
  "a %s makes a journey too",
  async (architecture) => {
    const other = {...config, architecture, tiedHead: false};
    const inside = new TensorModel(other, initialise(other, createRandom(2)));
    const inspection = await inside.inspect([1, 2], {names: journeyNames(other)});
    const {stream, looks, next} = journeyOf(other, tokenizer, [1, 2], inspection);
    expect(stream.length).toBe(architecture === "bigram" ? 0 : 1);
    expect(looks.length).toBe(architecture === "attention" ? 1 : 0);
    expect(next.length).toBe(4);
    inside.dispose();
  }
);
