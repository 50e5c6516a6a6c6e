import {describe, expect, it} from "vitest";
import {checkModelConfig, modelConfig} from "../../src/components/model/config.js";
import {parameterCount} from "../../src/components/model/parameters.js";
import {recipeNames, recipes} from "../../src/components/model/recipes.js";

const size = {nLayer: 5, nHead: 4, nEmbd: 64, blockSize: 128, vocabSize: 65};
const cook = (name: (typeof recipeNames)[number]) => {
  const {choices, innerWidth} = recipes[name];
  return modelConfig({...size, nInner: innerWidth(size.nEmbd), ...choices});
};

describe("recipes", () => {
  it.each(recipeNames)("%s is a possible configuration", (name) => {
    expect(() => checkModelConfig(cook(name))).not.toThrow();
  });

  it("begin with GPT-2 and differ from each other", () => {
    expect(recipeNames[0]).toBe("gpt2");
    expect(new Set(recipeNames.map((name) => JSON.stringify(recipes[name].choices))).size).toBe(
      recipeNames.length
    );
  });

  it("Llama's has a feed-forward layer of 8/3 of the width, a multiple of 8, and about as many weights", () => {
    const {innerWidth} = recipes.llama;
    expect([64, 128, 384, 512].map(innerWidth)).toEqual([168, 344, 1024, 1368]);
    const [gpt2, llama] = [parameterCount(cook("gpt2")), parameterCount(cook("llama"))];
    expect(Math.abs(llama / gpt2 - 1)).toBeLessThan(0.06);
  });
});
