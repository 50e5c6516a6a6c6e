import {expect, it} from "vitest";
import {modelConfig} from "../../src/components/model/config.js";
import {parameterCount, parameterShapes} from "../../src/components/model/parameters.js";

it("counts the published parameters of GPT-2", () => {
  const small = {nLayer: 12, nHead: 12, nEmbd: 768, nInner: 3072, blockSize: 1024, vocabSize: 50257};
  expect(parameterCount(modelConfig(small))).toBe(124_439_808);
  const medium = {...small, nLayer: 24, nHead: 16, nEmbd: 1024, nInner: 4096};
  expect(parameterCount(modelConfig(medium))).toBe(354_823_168);
});

it("counts the published parameters of TinyLlama", () => {
  const config = modelConfig({
    nLayer: 22,
    nHead: 32,
    nKvHead: 4,
    nEmbd: 2048,
    nInner: 5632,
    blockSize: 2048,
    vocabSize: 32000,
    position: "rope",
    norm: "rmsNorm",
    activation: "swiGlu",
    bias: false,
    tiedHead: false
  });
  expect(parameterCount(config)).toBe(1_100_048_384);
});

it("names them as Hugging Face's GPT-2 does, in the order in which data flows", () => {
  const config = modelConfig({nLayer: 1, nHead: 2, nEmbd: 8, nInner: 12, blockSize: 6, vocabSize: 11});
  expect(parameterShapes(config)).toEqual({
    "transformer.wte.weight": [11, 8],
    "transformer.wpe.weight": [6, 8],
    "transformer.h.0.ln_1.weight": [8],
    "transformer.h.0.ln_1.bias": [8],
    "transformer.h.0.attn.c_attn.weight": [8, 24],
    "transformer.h.0.attn.c_attn.bias": [24],
    "transformer.h.0.attn.c_proj.weight": [8, 8],
    "transformer.h.0.attn.c_proj.bias": [8],
    "transformer.h.0.ln_2.weight": [8],
    "transformer.h.0.ln_2.bias": [8],
    "transformer.h.0.mlp.c_fc.weight": [8, 12],
    "transformer.h.0.mlp.c_fc.bias": [12],
    "transformer.h.0.mlp.c_proj.weight": [12, 8],
    "transformer.h.0.mlp.c_proj.bias": [8],
    "transformer.ln_f.weight": [8],
    "transformer.ln_f.bias": [8]
  });
});
