import {describe, expect, it} from "vitest";
import {benchRun} from "../../src/cli/bench/configuration.js";
import {type DecodingEngine, measureDecoding, openDecoders} from "../../src/cli/bench/decode.js";
import {startEngine} from "../../src/cli/bench/engine.js";
import type {Row} from "../../src/cli/bench/suite.js";
import {modelConfig} from "../../src/components/model/config.js";
import {presets} from "../../src/components/training/presets.js";

const tiny = {
  name: "tiny",
  model: modelConfig({nLayer: 2, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 16}),
  train: {...presets.toy.train, batchSize: 1}
};

describe("the decoders of npm run bench -- decode", () => {
  it("give the same scores with a cache, without, and in ONNX Runtime", async () => {
    await startEngine({backend: "wasm", adapter: "auto"});
    const run = await benchRun(tiny);
    const text = [3, 1, 4, 1, 5, 9, 2, 6];
    const scores: number[][] = [];
    for (const engine of ["wasm", "onnx"] as const) {
      const {decoders, dispose} = await openDecoders(run, engine);
      for (const {begin, next} of decoders) {
        const found = [...(await begin(text.slice(0, 4)))];
        for (let end = 5; end <= text.length; end++) found.push(...(await next(text.slice(0, end))));
        scores.push(found);
      }
      dispose();
    }
    expect(scores).toHaveLength(4);
    expect(scores[0]).toHaveLength(5 * run.model.vocabSize);
    for (const [i, score] of scores[0]!.entries()) {
      expect(scores[1]![i]).toBeCloseTo(score, 4);
      expect(scores[2]![i]).toBeCloseTo(score, 4);
      expect(scores[3]![i]).toBeCloseTo(score, 4);
    }
  });
});

const sizes = {length: 16, tokens: 4, rounds: 2};

async function measured(engine: DecodingEngine, adapter: "auto" | "null"): Promise<Row[]> {
  const rows: Row[] = [];
  await measureDecoding(tiny, {engine, adapter}, sizes, (row, line) => {
    expect(line).not.toMatch(/undefined|NaN/);
    rows.push(row);
  });
  return rows;
}

describe("npm run bench -- decode", () => {
  it.each([
    ["wasm", "auto"],
    ["webgpu", "null"],
    ["onnx", "auto"]
  ] as const)("compares a cache with reading all anew on %s (%s)", async (engine, adapter) => {
    const rows = await measured(engine, adapter);
    expect(rows.map(({method}) => method)).toEqual([undefined, "cache", "full", undefined]);
    for (const row of rows.slice(1, 3)) expect(row.tokensPerSecond as number).toBeGreaterThan(0);
    expect(rows.at(-1)!.ratio as number).toBeGreaterThan(0);
  });

  it("refuses to measure more tokens than the context holds", async () => {
    const asked = measureDecoding(tiny, {engine: "wasm", adapter: "auto"}, {...sizes, tokens: 16}, () => {});
    await expect(asked).rejects.toThrow("--tokens is 16; it must be less than --length, 16.");
  });
});
