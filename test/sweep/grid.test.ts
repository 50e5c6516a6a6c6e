import {describe, expect, it} from "vitest";
import {readVariation, sweepGrid, vary} from "../../src/components/sweep/grid.js";
import {presets} from "../../src/components/training/presets.js";

const {model, train} = presets.toy;
const base = {model, train};

describe("sweepGrid", () => {
  it("makes every combination, the last field changing fastest", () => {
    const points = sweepGrid(base, [
      {field: "learningRate", values: [1e-3, 3e-3]},
      {field: "nEmbd", values: [32, 64, 64]}
    ]);
    expect(points.map(({values}) => [values.learningRate, values.nEmbd])).toEqual([
      [1e-3, 32],
      [1e-3, 64],
      [3e-3, 32],
      [3e-3, 64]
    ]);
    expect(points[0]!.settings.model).toMatchObject({nEmbd: 32, nInner: 128});
    expect(points[3]!.settings).toEqual(base);
  });

  it("lets what follows from a field follow it, unless it is varied too", () => {
    const {train: changed, model: wide} = vary(base, {learningRate: 1e-2, steps: 50, nHead: 8});
    expect(changed).toMatchObject({learningRate: 1e-2, steps: 50, warmupSteps: 5});
    expect(changed.minLearningRate).toBeCloseTo(1e-3, 12);
    expect(wide).toMatchObject({nHead: 8, nKvHead: 8});
    expect(vary(base, {nEmbd: 32, nInner: 50}).model).toMatchObject({nEmbd: 32, nInner: 50});
    expect(vary(base, {learningRate: 1e-2, minLearningRate: 0}).train.minLearningRate).toBe(0);
  });

  const many = (count: number) => Array.from({length: count}, (_, i) => i + 1);
  it("refuses an absurd size, naming it and the limit", () => {
    expect(sweepGrid(base, [{field: "seed", values: many(64)}])).toHaveLength(64);
    expect(() => sweepGrid(base, [{field: "seed", values: many(65)}])).toThrow(
      "This sweep has 65 runs (65 of seed); it may have at most 64"
    );
    expect(() =>
      sweepGrid(base, [
        {field: "seed", values: many(1000)},
        {field: "steps", values: many(1000)}
      ])
    ).toThrow("1,000,000 runs (1000 of seed × 1000 of steps)");
  });

  it("refuses a combination that cannot be before any begins, and says which", () => {
    expect(() =>
      sweepGrid(base, [
        {field: "nEmbd", values: [64, 63]},
        {field: "batchSize", values: [4]}
      ])
    ).toThrow("With nEmbd 63, batchSize 4: nEmbd is 63, which nHead 4 does not divide");
    expect(() => sweepGrid(base, [{field: "learningRate", values: [11]}])).toThrow(
      "With learningRate 11: learningRate is 11; it must be a number from 1e-8 to 10."
    );
    expect(() => sweepGrid(base, [{field: "accumulationSteps", values: [5]}])).toThrow(
      "accumulationSteps is 5, which does not divide batchSize, 12"
    );
    expect(() => sweepGrid(base, [{field: "seed", values: []}])).toThrow("there is no value for it");
    const twice = {field: "seed", values: [1]} as const;
    expect(() => sweepGrid(base, [twice, twice])).toThrow("seed is varied twice");
  });
});

describe("readVariation", () => {
  it("reads values of the field's own kind", () => {
    expect(readVariation(base, "learningRate=1e-3, 3e-3")).toEqual({
      field: "learningRate",
      values: [1e-3, 3e-3]
    });
    expect(readVariation(base, "position=rope,none")).toEqual({field: "position", values: ["rope", "none"]});
    expect(readVariation(base, "causal=true,false")).toEqual({field: "causal", values: [true, false]});
  });
  it.each([
    [
      "width=1,2",
      /“width=1,2” does not say what to vary: write FIELD=VALUE,VALUE, with a field among architecture/
    ],
    ["nEmbd", /does not say what to vary/],
    ["nEmbd=wide", /nEmbd is varied over “wide”, which is not a number/],
    ["causal=maybe", /its values are true and false/]
  ])("refuses %s", (text, message) => {
    expect(() => readVariation(base, text)).toThrow(message);
  });
});
