import {readFileSync} from "node:fs";
import {expect, test} from "vitest";
import {
  readTravel,
  type TravelRecord,
  travelDifference
} from "../../../src/components/chapters/outgrow/travel.js";
import {travelSentence} from "../../../src/components/chapters/outgrow/travelFigure.js";

const record: TravelRecord = {
  ...{version: 1, corpus: "words", home: "wasm", abroad: "PyTorch", processes: 2, parameters: 10},
  ...{left: 1, returned: 2, stayed: [4, 3, 2], travelled: [4, 3.0001, 1.99]}
};

test("the difference is the largest of any step, and is said in full", () => {
  expect(travelDifference(record)).toBeCloseTo(1e-2, 10);
  expect(travelSentence(record)).toContain("In 3 steps the two losses are never more than 0.01 nats apart");
  expect(travelSentence({...record, travelled: [4, 3, 2.0000005]})).toContain("0.0000005 nats");
});

test("a record that is damaged, or of another version, is refused", () => {
  expect(() => readTravel({...record, version: 2})).toThrow("another version");
  expect(() => readTravel(null)).toThrow("another version");
  expect(() => readTravel({...record, travelled: [4]})).toThrow("damaged");
  expect(() => readTravel({...record, returned: 3})).toThrow("damaged");
});

test("the recorded run learnt, and came back as it would have been", () => {
  const path = new URL("../../../src/data/outgrow-run.json", import.meta.url);
  const recorded = readTravel(JSON.parse(readFileSync(path, "utf8")));
  expect(recorded.travelled.at(-1)).toBeLessThan(recorded.travelled[0]! - 1);
  expect(recorded.abroad).toMatch(/^PyTorch \d.* on 2 x /);
  const apart = travelDifference(recorded);
  expect(apart).toBeLessThan(1e-4);
  // Two computations that differ in no digit would be one.
  expect(apart).toBeGreaterThan(0);
});
