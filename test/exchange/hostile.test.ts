import {afterAll, describe, expect, test} from "vitest";
import {hostileKinds} from "./hostileFiles.js";
import {type Reading, readHostile} from "./hostileReading.js";

/** Bytes of arrays that a reader may make besides a multiple of what it reads. */
const SLACK = 4_000_000;
const MULTIPLE = 12;
/** Of everything else, garbage included, which tells less: a reader that follows a file's word makes gigabytes. */
const HEAP_SLACK = 100_000_000;
const HEAP_MULTIPLE = 100;

const all: Reading[] = [];

describe("every hostile file ends in a sentence or a whole model, in bounded memory", () => {
  test.each(hostileKinds.map((kind) => [kind.name, kind] as const))(
    "%s",
    {timeout: 300_000},
    async (_, kind) => {
      const readings = await readHostile(kind);
      all.push(...readings);
      expect(readings.filter(({outcome}) => outcome === "broken")).toEqual([]);
      expect(readings.filter(({bytes, allocated}) => allocated > SLACK + MULTIPLE * bytes)).toEqual([]);
      expect(readings.filter(({bytes, heap}) => heap > HEAP_SLACK + HEAP_MULTIPLE * bytes)).toEqual([]);
      // Changes that nobody notices would test nothing.
      const refused = readings.filter(({outcome}) => outcome === "refused").length;
      if (kind.name !== "link") expect(refused).toBeGreaterThan(kind.count / 3);
    }
  );
});

afterAll(() => {
  const count = (outcome: Reading["outcome"]) => all.filter((reading) => reading.outcome === outcome).length;
  const slowest = all.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, 5);
  console.log(
    `${all.length} hostile files: ${count("refused")} refused, ${count("taken")} taken as whole. The slowest:\n${slowest
      .map(({label, milliseconds}) => `${milliseconds.toFixed(0)} ms  ${label}`)
      .join("\n")}`
  );
});
