import {expect, test} from "vitest";
import {type ModelConfig, modelConfig} from "../../src/components/model/config.js";
import {modelKind, modelName, seenBefore, seesLater} from "../../src/components/views/modelSentences.js";

const sizes = {nLayer: 2, nHead: 2, nEmbd: 4, nInner: 8, blockSize: 8, vocabSize: 7};
const model = (changes: Partial<ModelConfig>): ModelConfig => ({...modelConfig(sizes), ...changes});

test("a GPT needs no explanation", () => {
  expect(modelName(model({}))).toBe("a GPT");
  expect(modelKind(model({}), "token")).toBeNull();
});

test("each of the models before it says what it sees, in its tokenizer's unit", () => {
  expect(modelKind(model({architecture: "bigram"}), "token")).toMatch(
    /^It is a bigram that counts: .*each token followed/
  );
  expect(modelKind(model({architecture: "neuralBigram"}), "character")).toMatch(
    /from the last character alone/
  );
  expect(modelKind(model({architecture: "mlp"}), "token")).toMatch(/sees the last 8 tokens/);
  expect(modelKind(model({architecture: "attention"}), "token")).toMatch(
    /^It is a single head of attention and/
  );
  expect(seenBefore(model({architecture: "bigram"}))).toBe("the one before it");
  expect(seenBefore(model({architecture: "mlp", windowSize: 3}))).toBe("the 3 before it");
  expect(seenBefore(model({}))).toBe("those before it");
});

test("only a model that attends can have seen later tokens, and says so", () => {
  for (const architecture of ["transformer", "attention"] as const) {
    const config = model({architecture, causal: false});
    expect(seesLater(config)).toBe(true);
    expect(modelKind(config, "character")).toMatch(/trained seeing later characters/);
  }
  const bigram = model({architecture: "bigram", causal: false});
  expect(seesLater(bigram)).toBe(false);
  expect(modelKind(bigram, "character")).not.toMatch(/later/);
});
