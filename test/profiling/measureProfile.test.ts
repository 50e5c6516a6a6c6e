import {describe, expect, it} from "vitest";
import {type BenchRun, benchRun} from "../../src/cli/bench/configuration.js";
import {profileStep} from "../../src/cli/bench/profile.js";
import {flops} from "../../src/components/model/size.js";
import {setKernels} from "../../src/components/ops/webgpu/kernels.js";
import {measureProfile} from "../../src/components/profiling/measureProfile.js";
import {readProfileRecord} from "../../src/components/profiling/profileRecord.js";
import {useBackend, useNullWebgpu} from "../backends.js";
import {collected, tiny} from "./profileCases.js";

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
