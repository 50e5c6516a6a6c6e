import {expect, it} from "vitest";
import {
  BENCH_SIZE,
  benchSettings,
  combinations,
  depthProfile,
  gradientInterval,
  isSame,
  nameOf,
  RECORDED
} from "../../../src/components/chapters/block/bench.js";
import {
  averagedLosses,
  emptyRun,
  profileAt,
  record
} from "../../../src/components/chapters/block/gradientRun.js";
import {Laboratory} from "../../../src/components/experiment/laboratory.js";
import {checkModelConfig} from "../../../src/components/model/config.js";
import {deviceLimits} from "../../../src/components/webgpu/deviceLimits.js";
import {useBackend} from "../../backends.js";
import {tinyCorpus} from "../../training/corpus.js";

const text = {kind: "text", name: "test", text: ""} as const;
const bench = {...RECORDED, nLayer: 3, steps: 4};

it("compares residuals and places of the norm, and without a norm residuals only", () => {
  expect(combinations("layerNorm").map(nameOf)).toEqual([
    "residuals, Pre-LN",
    "residuals, Post-LN",
    "no residuals, Pre-LN",
    "no residuals, Post-LN"
  ]);
  expect(combinations("none").map(nameOf)).toEqual(["residuals, no norm", "no residuals, no norm"]);
  const [pre, post] = combinations("none").map((one) => ({...one, normPlacement: "post" as const}));
  expect(isSame(combinations("none")[0]!, pre!)).toBe(true);
  expect(isSame(combinations("none")[0]!, post!)).toBe(false);
});

it("asks for models that are possible, at any depth the reader can set", () => {
  for (const norm of ["layerNorm", "rmsNorm", "none"] as const)
    for (const combination of combinations(norm))
      for (const nLayer of [2, 12, 16]) {
        const {
          model,
          gradientInterval: interval,
          train
        } = benchSettings(combination, {...bench, nLayer}, text);
        checkModelConfig({...model, vocabSize: 60});
        expect(model).toMatchObject({...combination, nLayer, nEmbd: BENCH_SIZE.nEmbd});
        expect(train.steps % interval!).toBe(0);
      }
  expect([32, 160, 480].map(gradientInterval)).toEqual([4, 8, 20]);
});

it("takes the four matrices of a block together", () => {
  const norms: Record<string, number> = {};
  for (const [i, size] of [1, 10].entries())
    for (const matrix of ["attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"])
      norms[`transformer.h.${i}.${matrix}.weight`] = size;
  expect(depthProfile(norms, 2)).toEqual([2, 20]);
  expect(() => depthProfile(norms, 3)).toThrow(
    "No gradient was measured for transformer.h.2.attn.c_attn.weight."
  );
});

it("records a real run: gradients at every interval, every loss, validation at both ends", async () => {
  let run = emptyRun(combinations("layerNorm")[0]!, bench, true);
  const failures: string[] = [];
  const laboratory = new Laboratory({
    post: (report) => {
      if (report.type === "failed") failures.push(report.message);
      run = record(run, report);
    },
    startBackend: async () => {
      await useBackend("wasm");
      return "wasm";
    },
    deviceLimits,
    loadCorpus: async () => tinyCorpus(),
    yieldToOthers: async () => {},
    now: () => performance.now()
  });
  await laboratory.handle({type: "run", id: 1, settings: benchSettings(run.combination, bench, text)});
  expect(failures).toEqual([]);
  expect(run.measured).toEqual([0, 4]);
  expect(run.profiles.map(({length}) => length)).toEqual([3, 3]);
  expect(run.profiles.flat().every((norm) => norm > 0)).toBe(true);
  expect(run.losses.length).toBe(4);
  expect(run.validation.map(({step}) => step)).toEqual([0, 4]);
});

it("finds the profile of a moment, and averages losses", () => {
  const run = {
    ...emptyRun(combinations("layerNorm")[0]!, bench, true),
    measured: [0, 4, 8],
    profiles: [[1], [2], [3]],
    losses: [4, 2, 3, 1, 7]
  };
  expect([0, 3, 4, 7, 99].map((step) => profileAt(run, step))).toEqual([[1], [1], [2], [2], [3]]);
  expect(profileAt(emptyRun(run.combination, bench, true), 0)).toBe(null);
  expect(averagedLosses(run, 2)).toEqual([
    {step: 1.5, loss: 3},
    {step: 3.5, loss: 2},
    {step: 5, loss: 7}
  ]);
});
