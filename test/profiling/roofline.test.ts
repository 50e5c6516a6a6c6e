import {describe, expect, it} from "vitest";
import {type ProfileRecord, readProfileRecord} from "../../src/components/profiling/profileRecord.js";
import {
  cellsOf,
  kernelSentence,
  rooflineReading,
  stepNumbers
} from "../../src/components/profiling/profileWords.js";
import {kernelMilliseconds, kernelRows, ridgeOf, roofAt} from "../../src/components/profiling/roofline.js";

/** 100 GB/s and 1 TFLOP/s: 10 FLOP a byte at the ridge. */
const attainable = {bytesPerSecond: 1e11, flopsPerSecond: 1e12, matmulSize: 1024};
const kernel = {sizes: null, grid: [1, 1, 1] as [number, number, number], runs: 1};
const record: ProfileRecord = {
  version: 1,
  preset: "toy",
  batchSize: 2,
  tokens: 50,
  adapter: "a GPU",
  hasDeviceClock: true,
  attainable,
  milliseconds: 2,
  cpuMilliseconds: 0.25,
  kernels: [
    // 20 FLOP a byte; at the roof it would take 200 µs.
    {...kernel, name: "MatMul NN", sizes: "8×8×8", runs: 2, microseconds: 400, bytes: 1e7, flops: 2e8},
    // 5 FLOP a byte; 50 GFLOP/s of the 500 that memory could feed.
    {...kernel, name: "attention", microseconds: 100, bytes: 1e6, flops: 5e6},
    // 80 of 100 GB/s.
    {...kernel, name: "AdamW", microseconds: 100, bytes: 8e6, flops: null}
  ]
};

describe("a roofline", () => {
  it("rises with intensity up to the ridge and is flat behind it", () => {
    expect(ridgeOf(attainable)).toBe(10);
    expect([1, 5, 10, 1000].map((intensity) => roofAt(intensity, attainable))).toEqual([
      1e11, 5e11, 1e12, 1e12
    ]);
  });

  it("holds each kernel against what limits it", () => {
    const [product, attention, adamW] = kernelRows(record);
    expect(product).toMatchObject({mark: "A", intensity: 20, bound: "compute", share: 0.8});
    expect(product!.attained).toBeCloseTo(0.5);
    expect(attention).toMatchObject({mark: "B", intensity: 5, bound: "memory", share: 0.1});
    expect(attention!.attained).toBeCloseTo(0.1);
    expect(attention!.flopsPerSecond).toBeCloseTo(5e10, -3);
    expect(adamW).toMatchObject({mark: null, intensity: null, bound: "memory", flopsPerSecond: null});
    expect(adamW!.attained).toBeCloseTo(0.8);
    expect(kernelMilliseconds(record)).toBeCloseTo(1);
  });

  it("says nothing of times that were not measured", () => {
    const untimed: ProfileRecord = {
      ...record,
      attainable: null,
      milliseconds: null,
      kernels: record.kernels.map((kernel) => ({...kernel, microseconds: null}))
    };
    for (const row of kernelRows(untimed)) {
      const {share, bytesPerSecond, flopsPerSecond, bound, attained, mark} = row;
      expect([share, bytesPerSecond, flopsPerSecond, bound, attained, mark]).toEqual(Array(6).fill(null));
      expect(`${cellsOf(row)} ${kernelSentence(row)}`).not.toMatch(/NaN|null|undefined|Infinity/);
    }
    expect(kernelMilliseconds(untimed)).toBeNull();
    expect(rooflineReading(untimed, kernelRows(untimed))).toBe(
      "Nothing was timed, so there is no roof to draw."
    );
  });

  it("is told in words", () => {
    const rows = kernelRows(record);
    expect(rooflineReading(record, rows)).toBe(
      "Below 10.0 FLOP a byte memory is the limit, above it computing. 20.0% of the kernels’ time goes to memory-bound ones and 80.0% to compute-bound ones. The largest part of it, 80.0%, is MatMul NN 8×8×8 (A)."
    );
    expect(kernelSentence(rows[0]!)).toBe(
      "A, MatMul NN 8×8×8: 2 runs a step of 400 µs, 80.0% of all kernels’ time. A run touches 10.0 MB and computes 200 MFLOP: 20.0 FLOP a byte. It is compute-bound here, and reaches 50.0% of what is attainable."
    );
    expect(kernelSentence(rows[2]!)).toMatch(
      /touches 8\.0 MB and computes little with them\. It is memory-bound/
    );
    expect(cellsOf(rows[1]!)).toEqual([
      "attention", "B", "1", "100 µs", "10.0%", "1.0 MB", "5.00 MFLOP", "10.0", "50.0", "memory", "10.0%"
    ]); // biome-ignore format: a row
    expect(stepNumbers(record).map(({value}) => value)).toEqual([
      "2.00", "0.250", "1.00", "4", "50,000", "100", "1,000"
    ]); // biome-ignore format: a row
  });
});

describe("a profile’s file", () => {
  it("is read back as it was written", () => {
    expect(readProfileRecord(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });

  it.each([
    [{...record, version: 2}, /version 2, and this site reads version 1/],
    [null, /version undefined/],
    [{...record, adapter: 7}, /adapter is missing or of another kind/],
    [{...record, cpuMilliseconds: -1}, /cpuMilliseconds/],
    [{...record, attainable: {bytesPerSecond: 1}}, /attainable/],
    [{...record, kernels: [{...record.kernels[0], microseconds: "1"}]}, /kernels/],
    [{...record, kernels: [{...record.kernels[0], grid: [1]}]}, /kernels/]
  ])("is refused where it is damaged: %#", (file, message) => {
    expect(() => readProfileRecord(file)).toThrow(message);
  });
});
