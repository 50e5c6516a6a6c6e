import {expect} from "vitest";
import type {Row} from "../../src/cli/bench/suite.js";
import {modelConfig} from "../../src/components/model/config.js";
import {presets} from "../../src/components/training/presets.js";

/** A configuration whose step is profiled in no time. */
export const tiny = {
  name: "tiny",
  model: modelConfig({nLayer: 2, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 8}),
  train: {...presets.toy.train, batchSize: 2}
};

/** What a suite reports, with the lines that people read. */
export function collected() {
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
