import {describe, expect, it} from "vitest";
import {type BenchRun, benchRun} from "../../src/cli/bench/configuration.js";
import {profileStep, reportProfile} from "../../src/cli/bench/profile.js";
import type {Row} from "../../src/cli/bench/suite.js";
import {modelConfig} from "../../src/components/model/config.js";
import {flops} from "../../src/components/model/size.js";
import {setKernels} from "../../src/components/ops/webgpu/kernels.js";
import {measureProfile} from "../../src/components/profiling/measureProfile.js";
import {readProfileRecord} from "../../src/components/profiling/profileRecord.js";
import {presets} from "../../src/components/training/presets.js";
import {useBackend, useNullWebgpu} from "../backends.js";

const tiny = {
  name: "tiny",
  model: modelConfig({nLayer: 2, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 8}),
  train: {...presets.toy.train, batchSize: 2}
};

/** What a suite reports, with the lines that people read. */
function collected() {
  const rows: Row[] = [];
  const lines: string[] = [];
  return {
    rows,
    lines,
    report(row: Row, line: string) {
      expect(line).not.toMatch(/undefined|NaN|null (ms|µs|GB)/);
      rows.push(row);
      lines.push(line);
    }
  };
}

describe("npm run bench -- profile", () => {
  it("counts on the null adapter what a step would compute, and times only what JavaScript does", async () => {
    const {rows, lines, report} = collected();
    const record = await profileStep(tiny, "null", report);
    expect(readProfileRecord(JSON.parse(JSON.stringify(record)))).toEqual(record);
    expect(record).toMatchObject({batchSize: 2, tokens: 8, milliseconds: null, attainable: null});
    expect(record.cpuMilliseconds).toBeGreaterThan(0);
    expect(lines[0]).toContain("which computes nothing, so there are no times of kernels");
    expect(rows[0]).toMatchObject({config: "tiny", batch: 2, computes: false});

    // The products of a step as they are counted for its configuration.
    const {model}: BenchRun = await benchRun(tiny);
    const {forward} = flops(model, {batchSize: 2});
    const sum = (pattern: RegExp) =>
      record.kernels
        .filter(({name}) => pattern.test(name))
        .reduce((total, {runs, flops}) => total + runs * flops!, 0);
    expect(sum(/^MatMul/)).toBe(3 * (forward.total - forward.attention));
    // 2 products of vectors forward and 7 backward, of the pairs that the causal mask leaves: 36 of 64.
    expect(sum(/^attention/)).toBe((forward.attention / 2) * 9 * (36 / 64));
    expect(
      record.kernels.filter(({flops}) => flops !== null).every(({name}) => /^(MatMul|attention)/.test(name))
    ).toBe(true);
    for (const {name, sizes, bytes, microseconds} of record.kernels) {
      expect(sizes !== null).toBe(/^MatMul/.test(name));
      expect(bytes).toBeGreaterThan(0);
      expect(microseconds).toBeNull();
    }
  });

  it("times every kernel on a device that computes, against what the device attains", {
    timeout: 300_000
  }, async () => {
    await useBackend("webgpu");
    const heard: string[] = [];
    const record = await measureProfile("tiny", tiny, {
      adapter: "SwiftShader",
      onProgress: ({label, done, total}) => {
        expect(done).toBeLessThanOrEqual(total);
        if (heard.at(-1) !== label) heard.push(label);
      }
    });
    expect(heard.map((label) => label[0])).toEqual(["1", "2", "3", "4"]);
    expect(record.attainable!.bytesPerSecond).toBeGreaterThan(1e7);
    expect(record.attainable!.flopsPerSecond).toBeGreaterThan(1e7);
    expect(record.milliseconds!).toBeGreaterThan(record.cpuMilliseconds);
    const times = record.kernels.map(({runs, microseconds}) => runs * microseconds!);
    expect(Math.min(...times)).toBeGreaterThan(0);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const {rows, lines, report} = collected();
    reportProfile(record, report);
    expect(rows).toHaveLength(record.kernels.length + 1);
    expect(rows.slice(1).reduce((sum, {share}) => sum + (share as number), 0)).toBeCloseTo(1, 1);
    expect(lines[1]).toMatch(
      / × \d+: [\d.]+%, [\d.]+ µs, .* GB\/s, .*% of attainable \((memory|compute)-bound\)$/
    );
  });

  it("stops between kernels when asked to", async () => {
    await useNullWebgpu();
    const stopping = new AbortController();
    let kernels = 0;
    const measured = measureProfile("tiny", tiny, {
      adapter: "none",
      computes: false,
      signal: stopping.signal,
      onProgress({label, done}) {
        if (!label.startsWith("4")) return;
        kernels = done;
        stopping.abort();
      }
    });
    await expect(measured).rejects.toThrow(/abort/);
    expect(kernels).toBe(1);
  });

  it("says why there is nothing to measure where a step is not captured", async () => {
    await useNullWebgpu();
    setKernels(false);
    await expect(measureProfile("tiny", tiny, {adapter: "none", computes: false})).rejects.toThrow(
      "The kernels of a step can only be measured where it is captured. Our own kernels are turned off."
    );
    setKernels(true);
    await useBackend("wasm");
    await expect(measureProfile("tiny", tiny, {adapter: "none"})).rejects.toThrow(
      "Kernels can only be measured on WebGPU."
    );
  });
});
