import {describe, expect, it} from "vitest";
import {CHOSEN, nodeExperiments} from "../../src/cli/nodeExperiments.js";
import {modelConfig} from "../../src/components/model/config.js";
import {checkInWords, checkSettings, runGradientCheck} from "../../src/components/sweep/gradientCheckRun.js";
import {sweepGrid, type Variation} from "../../src/components/sweep/grid.js";
import {runRangeTest} from "../../src/components/sweep/rangeRun.js";
import {readRange} from "../../src/components/sweep/rangeTest.js";
import {newSweep, Sweep, type SweepRecord} from "../../src/components/sweep/sweep.js";
import {resultOf} from "../../src/components/sweep/trial.js";
import {presets} from "../../src/components/training/presets.js";
import {withSteps} from "../../src/components/training/withSteps.js";
import {tinyCorpus} from "../training/corpus.js";

const model = modelConfig({nLayer: 1, nHead: 2, nEmbd: 16, nInner: 64, blockSize: 16});
const train = {...withSteps(presets.toy.train, 60), batchSize: 4, evalBatches: 8};
const source = {corpus: CHOSEN, backend: "wasm"} as const;
const experiments = nodeExperiments(async () => tinyCorpus());

function runSweep(base: typeof train, variations: readonly Variation[]): Promise<SweepRecord> {
  const record = newSweep(variations, sweepGrid({model, train: base}, variations));
  return new Promise((resolve) => {
    const sweep = new Sweep(record, source, {
      experiments,
      now: () => performance.now(),
      onState: ({isRunning, sweep}) => void (isRunning || resolve(sweep))
    });
    sweep.start();
  });
}

describe("a range test, really run on WebAssembly", () => {
  it("finds a rate that trains better than a tenth of it and ten times it", async () => {
    const range = {from: 1e-5, to: 10, steps: 80};
    const {points, isComplete} = await runRangeTest(experiments, {...source, model, train}, range);
    expect(isComplete).toBe(true);
    // It ended by itself: the loss exploded before the last rate.
    expect(points.length).toBeLessThan(80);
    const {suggestion, steepest, divergence} = readRange(points)!;
    expect(steepest!.rate).toBeLessThan(divergence!.rate);

    const rates = [suggestion! / 10, suggestion!, Math.min(10, suggestion! * 10)];
    const {trials} = await runSweep(train, [{field: "learningRate", values: rates}]);
    const [low, found, high] = trials.map((trial) => resultOf(trial).validationLoss!);
    expect(found).toBeLessThan(low! - 0.1);
    expect(found).toBeLessThan(high! - 0.02);
  });

  it("is the same when it is run again", async () => {
    const range = {from: 1e-4, to: 1, steps: 20};
    const once = await runRangeTest(experiments, {...source, model, train}, range);
    expect(await runRangeTest(experiments, {...source, model, train}, range)).toEqual(once);
  });

  it("says what cannot be", async () => {
    const wrong = {...source, model: {...model, nHead: 3, nKvHead: 3}, train};
    await expect(runRangeTest(experiments, wrong, {from: 1e-4, to: 1, steps: 20})).rejects.toThrow(
      "nEmbd is 16, which nHead 3 does not divide"
    );
  });
});

describe("a sweep, really run", () => {
  it("goes on after a run that diverges", async () => {
    const wild = {...train, optimiser: "sgd", clipNorm: 1e6, schedule: "constant", warmupSteps: 0} as const;
    const {trials} = await runSweep(wild, [{field: "learningRate", values: [10, 0.1]}]);
    expect(trials.map(({status}) => status)).toEqual(["diverged", "complete"]);
    expect(trials[1]!.losses).toHaveLength(60);
    expect(trials[1]!.tokensPerSecond).toBeGreaterThan(0);
    expect(trials[1]!.epochs).toBeCloseTo((60 * 4 * 16) / 3600, 12);
  });
});

describe("a gradient check, really run", () => {
  const settings = checkSettings({model, train: {...train, residualDropout: 0.1, labelSmoothing: 0.1}});
  it("agrees, dropout and label smoothing included, and tells each row", async () => {
    const told: number[] = [];
    const asked = {parameter: "transformer.h.0.attn.c_attn.weight", count: 4};
    const check = await runGradientCheck(experiments, {...source, ...settings}, asked, (_row, done) =>
      told.push(done)
    );
    expect(settings.train.batchSize).toBe(2);
    expect(check!.agrees).toBe(true);
    expect(check!.rows).toHaveLength(5);
    expect(told).toEqual([1, 2, 3, 4, 5]);
    expect(checkInWords(check!)).toContain(
      "They agree, for the parameter as a whole and 4 of the 768 elements of transformer.h.0.attn.c_attn.weight."
    );
  });

  it("says what cannot be", async () => {
    const asked = {parameter: "nothing", count: 4};
    await expect(runGradientCheck(experiments, {...source, ...settings}, asked)).rejects.toThrow(
      "This model has no parameter named “nothing”"
    );
  });
});
