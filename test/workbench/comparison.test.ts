import {describe, expect, it} from "vitest";
import {type CorpusMeta, charactersPerToken} from "../../src/components/corpus/meta.js";
import {type ModelConfig, modelConfig} from "../../src/components/model/config.js";
import {parameterCount} from "../../src/components/model/parameters.js";
import {trainTokenizer} from "../../src/components/text/trainTokenizer.js";
import {presets} from "../../src/components/training/presets.js";
import type {KeptRun} from "../../src/components/training/shelf.js";
import type {RunSummary} from "../../src/components/training/snapshot.js";
import {compareRuns} from "../../src/components/workbench/comparison.js";
import {tinyCorpus} from "../training/corpus.js";

const {meta} = tinyCorpus();
const base = modelConfig({nLayer: 1, nHead: 2, nEmbd: 8, nInner: 32, blockSize: 8, vocabSize: 8});
const run = (
  runId: string,
  model: Partial<ModelConfig> = {},
  {corpus = meta, ...rest}: Partial<RunSummary> = {}
): RunSummary => ({
  version: 3,
  runId,
  modelConfig: {...base, ...model},
  trainConfig: presets.toy.train,
  corpus,
  step: 40,
  random: [1, 2, 3, 4],
  history: [
    {step: 0, trainLoss: null, validationLoss: 2},
    {step: 20, trainLoss: 1.9, validationLoss: null},
    {step: 40, trainLoss: 1.5, validationLoss: 1.6}
  ],
  adapter: "wasm",
  seconds: 1,
  ...rest
});
const shelf = (...runs: RunSummary[]): KeptRun[] => runs.map((run, i) => ({keptAt: i, run}));

/** The same text in tokens of two characters in training and four in validation. */
const pairs: CorpusMeta = {
  ...meta,
  tokenizer: trainTokenizer("ab ".repeat(500), {kind: "byte-pair", vocabularySize: 258}).toJSON(),
  counts: {...meta.counts, train: meta.counts.trainCharacters / 2, val: meta.counts.valCharacters / 4}
};

describe("compareRuns", () => {
  it("has a row for the present run and for each other, and a curve of what was measured", () => {
    const bigram = run("b", {architecture: "bigram"});
    const {rows, curves, unit, scale, notes} = compareRuns(run("a"), shelf(run("a"), bigram));
    expect([unit, scale, notes]).toEqual(["character", {train: 1, val: 1}, []]);
    expect(curves).toEqual([
      {
        name: "counted bigram",
        points: [
          {step: 0, loss: 2},
          {step: 40, loss: 1.6}
        ]
      }
    ]);
    expect(rows).toEqual([
      {
        runId: null,
        curve: null,
        name: "this run: GPT-2",
        differs: "–",
        steps: 40,
        parameters: parameterCount(base),
        loss: 1.6
      },
      {
        runId: "b",
        curve: 0,
        name: "counted bigram",
        differs: "counted bigram",
        steps: 40,
        parameters: 64,
        loss: 1.6
      }
    ]);
  });

  it("tells runs of one name apart by what else differs", () => {
    const {rows} = compareRuns(
      run("a"),
      shelf(
        run("b", {position: "rope"}),
        run("c", {nEmbd: 16}),
        run(
          "d",
          {},
          {trainConfig: {...presets.toy.train, seed: 3, learningRate: 0.5, minLearningRate: 0.05}}
        ),
        run("e")
      )
    );
    expect(rows.map(({name}) => name)).toEqual([
      "this run: GPT-2",
      "GPT-2, RoPE",
      "GPT-2, width 16",
      "GPT-2, learning rate 0.5",
      "GPT-2"
    ]);
    expect(rows.map(({differs}) => differs)).toEqual([
      "–",
      "RoPE",
      "width 16",
      "learning rate 0.5, seed 3",
      "nothing"
    ]);
  });

  it("draws no curve of another text, but keeps its row, to be removed", () => {
    const other = run("b", {}, {corpus: {...meta, name: "Moby-Dick", sha256: "1".repeat(64)}});
    const {rows, curves} = compareRuns(run("a"), shelf(other, run("c", {position: "none"})));
    expect(curves.map(({name}) => name)).toEqual(["GPT-2, no positions"]);
    expect(rows[1]).toMatchObject({curve: null, loss: null, differs: "another text (Moby-Dick)"});
    expect(rows[2]).toMatchObject({curve: 0});
  });

  it("tells losses by the character where tokens differ, so that they compare", () => {
    const tokens = run("b", {vocabSize: 258}, {corpus: pairs});
    expect(charactersPerToken(pairs, "val")).toBe(4);
    const {unit, scale, curves, rows, notes} = compareRuns(run("a"), shelf(tokens));
    expect([unit, scale]).toEqual(["character", {train: 1, val: 1}]);
    expect(curves[0]!.points.at(-1)).toEqual({step: 40, loss: 0.4});
    expect(rows[1]).toMatchObject({loss: 0.4, differs: "258 byte pairs"});
    expect(notes).toEqual([expect.stringMatching(/by the character/)]);

    const back = compareRuns(tokens, shelf(run("a")));
    expect([back.unit, back.scale]).toEqual(["character", {train: 0.5, val: 0.25}]);
    expect(back.rows.map(({loss}) => loss)).toEqual([0.4, 1.6]);
    expect(back.rows[1]!.differs).toBe("characters");
  });

  it("keeps losses by the token where all runs have the same tokens", () => {
    const {unit, scale} = compareRuns(
      run("a", {}, {corpus: pairs}),
      shelf(run("b", {bias: false}, {corpus: pairs}))
    );
    expect([unit, scale]).toEqual(["token", {train: 1, val: 1}]);
  });

  it("warns of models that see the future, and only of those that could", () => {
    expect(compareRuns(run("a"), shelf(run("b", {causal: false}))).notes).toEqual([
      expect.stringMatching(/sees the very token that it has to predict/)
    ]);
    expect(compareRuns(run("a"), shelf(run("b", {architecture: "mlp", causal: false}))).notes).toEqual([]);
  });
});
