// @vitest-environment jsdom
import {readFile} from "node:fs/promises";
import {expect, it} from "vitest";
import {halfway, nearestShare, recordedCurve} from "../../../src/components/chapters/lab/recordedCurve.js";
import {parseRunRecord} from "../../../src/components/exchange/runRecord.js";

const run = parseRunRecord(await readFile("src/data/shipped-model/run.json", "utf8"));

it("draws the run of the model that ships and says what it came to", () => {
  const node = recordedCurve(run, "character");
  const measured = run.history.filter(({validationLoss}) => validationLoss !== null);
  const reading = node.querySelector(".figure-reading")!.textContent!;
  expect(reading).toContain(`came down to ${measured.at(-1)!.validationLoss!.toFixed(3)} nats`);
  expect(reading).toContain(`A blind guess costs ${Math.log(run.config.vocabSize).toFixed(2)}`);
  expect(reading).toContain(run.corpus.floor!.val.toFixed(3));
  expect(node.querySelectorAll("svg path")).toHaveLength(3);
  // Without a floor there is no line for it.
  const foreign = {...run, corpus: {...run.corpus, floor: null, name: "<b>x</b>"}};
  const other = recordedCurve(foreign, "token");
  expect(other.querySelectorAll("svg path")).toHaveLength(2);
  expect(other.querySelector(".figure-reading")!.textContent).not.toContain("the least there can be");
  expect(other.querySelector("b")).toBeNull();
});

it("finds the step with half of the way behind it", () => {
  const history = [4, 3, 2, 1, 0.5].map((validationLoss, i) => ({
    step: 10 * i,
    trainLoss: null,
    validationLoss
  }));
  const small = {config: {...run.config, vocabSize: 64}, history, steps: 40};
  // ln 64 = 4.16; half of the way to 0.5 is at 2.33.
  expect(halfway(small)).toEqual({blind: Math.log(64), end: 0.5, step: 20, steps: 40});
  expect(nearestShare({...halfway(small)!, step: 2}, [0.05, 0.25, 0.5])).toBe(0);
  expect(nearestShare(halfway(small)!, [0.05, 0.25, 0.5])).toBe(2);
  expect(halfway({...small, history: []})).toBeNull();
});
