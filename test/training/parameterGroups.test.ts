import {expect, it} from "vitest";
import {modelConfig} from "../../src/components/model/config.js";
import {parameterCount} from "../../src/components/model/parameters.js";
import {parameterGroups} from "../../src/components/training/parameterGroups.js";

const model = modelConfig({nLayer: 2, nHead: 2, nEmbd: 8, nInner: 32, blockSize: 16, vocabSize: 10});

it("counts what decays and what Muon moves", () => {
  const {decayed, undecayed, muon} = parameterGroups(model, {optimiser: "muon"});
  // In each block: queries, keys and values; the way back; up; down. And two tables.
  const matrices = 2 * (8 * 24 + 8 * 8 + 8 * 32 + 32 * 8);
  expect(muon).toEqual({arrays: 8, numbers: matrices});
  expect(decayed).toEqual({arrays: 10, numbers: matrices + 10 * 8 + 16 * 8});
  // Gains and biases of two norms, and a bias for each matrix; the last norm.
  expect(undecayed).toEqual({arrays: 18, numbers: 2 * (4 * 8 + 24 + 8 + 32 + 8) + 16});
  expect(decayed.numbers + undecayed.numbers).toBe(parameterCount(model));
});

it("leaves nothing to Muon where another optimiser is chosen", () => {
  expect(parameterGroups(model, {optimiser: "adamW"}).muon).toEqual({arrays: 0, numbers: 0});
});
