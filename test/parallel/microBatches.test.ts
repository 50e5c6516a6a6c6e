import {expect, it} from "vitest";
import {microBatches} from "../../src/components/parallel/microBatches.js";

/** Seven rows of three tokens; of the targets of row r, r are missing, up to all three. */
const batch = {
  inputs: Int32Array.from({length: 21}, (_, i) => i),
  targets: Int32Array.from({length: 21}, (_, i) => (i % 3 < Math.floor(i / 3) ? -1 : i)),
  padding: Uint8Array.from({length: 21}, (_, i) => i % 2)
};

it.each([1, 2, 3, 4, 7])("cuts seven rows into %i, in order and of nearly one size", (count) => {
  const pieces = microBatches(batch, 3, count);
  const all = (key: "inputs" | "targets" | "padding") => pieces.flatMap(({batch}) => [...batch[key]!]);
  for (const key of ["inputs", "targets", "padding"] as const) expect(all(key)).toEqual([...batch[key]]);
  const rows = pieces.map(({batch}) => batch.inputs.length / 3);
  expect(Math.max(...rows) - Math.min(...rows)).toBeLessThanOrEqual(1);
  expect(pieces.map(({firstRow}) => firstRow)).toEqual(
    rows.map((_, i) => rows.slice(0, i).reduce((a, b) => a + b, 0))
  );
});

it("gives each its share of the targets, not of the rows", () => {
  const shares = microBatches(batch, 3, 2).map(({share}) => share); // rows 0 to 2, with 3, 2 and 1 targets; 3 to 6
  expect(shares).toEqual([1, 0]);
  expect(microBatches(batch, 3, 7).map(({share}) => share)).toEqual([1 / 2, 1 / 3, 1 / 6, 0, 0, 0, 0]);
});
