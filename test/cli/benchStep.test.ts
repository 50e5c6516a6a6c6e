import {describe, expect, it} from "vitest";
import {benchRun} from "../../src/cli/bench/configuration.js";
import {type Ground, startEngine} from "../../src/cli/bench/engine.js";
import {measureSteps} from "../../src/cli/bench/step.js";
import {StockTrainer} from "../../src/cli/bench/stockTrainer.js";
import type {Row} from "../../src/cli/bench/suite.js";
import {modelConfig} from "../../src/components/model/config.js";
import {expectSameSteps, tiny} from "./stockTrainerCases.js";

// A software GPU takes long to compile what stock's gradients need: that is in test/verify.
it.each([
  ["cpu", true],
  ["wasm", true],
  ["wasm", false]
] as const)("the stock trainer on %s, with bias %s, computes what ours does", (backend, bias) =>
  expectSameSteps(backend, {bias, nLayer: 2})
);

it("refuses to measure against stock what the stock trainer does not do", async () => {
  await startEngine({backend: "wasm", adapter: "auto"});
  const {snapshot, corpus} = await benchRun({...tiny, model: {...tiny.model, position: "rope"}});
  expect(() => new StockTrainer(snapshot, corpus)).toThrow(
    "position is rope; the stock trainer that this measures against knows only learned."
  );
});

async function measured(ground: Ground): Promise<Row[]> {
  const rows: Row[] = [];
  await measureSteps(tiny, ground, {rounds: 2}, (row, line) => {
    expect(line).not.toMatch(/undefined|NaN/);
    rows.push(row);
  });
  // All of it can be written as JSON and read again.
  expect(JSON.parse(JSON.stringify(rows))).toEqual(rows);
  return rows;
}

const ms = {median: expect.any(Number), min: expect.any(Number), max: expect.any(Number)};
const commands = {
  dispatches: expect.any(Number),
  submits: expect.any(Number),
  bindGroups: expect.any(Number),
  buffers: expect.any(Number),
  writes: expect.any(Number),
  gpuBytes: expect.any(Number)
};

describe("npm run bench -- step", () => {
  it("measures stock and ours on wasm", async () => {
    const rows = await measured({backend: "wasm", adapter: "auto"});
    const [about, ...variants] = rows;
    const ratios = variants.pop();
    expect(about).toMatchObject({config: "tiny", batch: 2, tokensPerStep: 16, backend: "wasm"});
    expect(variants.map(({variant}) => variant)).toEqual(["stock", "ours"]);
    for (const row of variants) {
      expect(row).toMatchObject({msPerStep: ms, cpuMsPerStep: ms, tokensPerSecond: expect.any(Number)});
      const {median, min, max} = row.msPerStep as {median: number; min: number; max: number};
      expect(min).toBeGreaterThan(0);
      expect(median).toBeGreaterThanOrEqual(min);
      expect(max).toBeGreaterThanOrEqual(median);
      expect(row.dispatches).toBeUndefined();
    }
    expect(ratios).toMatchObject({ratios: {ours: expect.any(Number)}, cpuRatios: {ours: expect.any(Number)}});
  });

  it("measures on WebGPU's null adapter what steps cost the CPU, and counts their commands", async () => {
    const rows = await measured({backend: "webgpu", adapter: "null"});
    const variants = rows.filter(({variant}) => variant !== undefined);
    expect(variants.map(({variant}) => variant)).toEqual(["stock", "kernels", "captured", "mixed"]);
    for (const row of variants) {
      // Each is what it is called.
      expect(row.note).toBeUndefined();
      expect(row).toMatchObject({msPerStep: ms, cpuMsPerStep: ms, ...commands});
      // Nothing is computed there, so there is no speed to speak of.
      expect(row.tokensPerSecond).toBeUndefined();
      expect(row.dispatches as number).toBeGreaterThan(10);
      expect(row.gpuBytes as number).toBeGreaterThan(10_000);
    }
    const [stock, kernels, captured, mixed] = variants;
    expect(kernels!.dispatches as number).toBeLessThan((stock!.dispatches as number) / 2);
    // One submission, and another that fetches the loss; nothing is made.
    expect(captured!.submits as number).toBeLessThanOrEqual(2);
    for (const replayed of [captured, mixed]) expect(replayed).toMatchObject({bindGroups: 0, buffers: 0});
    // Activations take half the bytes, and the loss scale two kernels.
    expect(mixed!.gpuBytes as number).toBeLessThan(captured!.gpuBytes as number);
    expect(mixed!.dispatches).toBe((captured!.dispatches as number) + 2);
    expect(Object.keys(rows.at(-1)!.ratios as object)).toEqual(["kernels", "captured", "mixed"]);
  });

  it("says what to do where the null adapter's memory does not suffice", async () => {
    const large = {
      name: "large",
      model: modelConfig({nLayer: 2, nHead: 2, nEmbd: 64, nInner: 128, blockSize: 512}),
      train: {...tiny.train, batchSize: 32}
    };
    await expect(
      measureSteps(large, {backend: "webgpu", adapter: "null"}, {rounds: 1}, () => {})
    ).rejects.toThrow(/refused work.*--batch/);
  });
});
