// @vitest-environment jsdom
import {describe, expect, it} from "vitest";
import {precisionChart, precisionFigure} from "../../src/components/profiling/precisionFigure.js";
import {type PrecisionRecord, readPrecisionRecord} from "../../src/components/profiling/precisionRecord.js";

const losses = Array.from({length: 40}, (_, i) => 4 - i / 20);
const record: PrecisionRecord = {
  version: 1,
  preset: "toy",
  corpus: "tales",
  adapter: "a GPU",
  runs: [
    {precision: "float32", losses, milliseconds: 5.25, gpuBytes: 2e6, skipped: 0, lossScale: null},
    {
      precision: "mixed",
      losses: losses.map((loss, i) => loss + (i >= 10 && i < 20 ? 0.25 : 0)),
      milliseconds: 12,
      gpuBytes: 1e6,
      skipped: 3,
      lossScale: 8192
    }
  ]
};

describe("a comparison of precisions", () => {
  it("draws a curve for each, of means of ten steps, and says how far they are apart", () => {
    const {lines, reading} = precisionChart(record);
    expect(lines.map(({name, points}) => [name, points.length])).toEqual([
      ["float32", 4],
      ["mixed", 4]
    ]);
    expect(lines[0]!.points[0]).toEqual([5, losses.slice(0, 10).reduce((a, b) => a + b) / 10]);
    expect(reading).toMatch(/0\.25000 nats apart where they differ most/);
  });

  it("says what each cost", () => {
    const rows = [...precisionFigure(record).querySelectorAll("tbody tr")].map((row) => row.textContent);
    expect(rows[0]).toMatch(/float32.*2(\.0)? MB.*0.*–/);
    expect(rows[1]).toMatch(/mixed.*1(\.0)? MB.*3.*8,192/);
  });

  it("is read from a file that is checked", () => {
    expect(readPrecisionRecord(JSON.parse(JSON.stringify(record)))).toEqual(record);
    expect(() => readPrecisionRecord({...record, version: 2})).toThrow(/version/);
    expect(() => readPrecisionRecord({...record, runs: [{...record.runs[0], losses: [1, null]}]})).toThrow(
      /runs/
    );
    expect(() => readPrecisionRecord(null)).toThrow(RangeError);
  });
});
