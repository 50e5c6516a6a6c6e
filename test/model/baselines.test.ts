import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {forward} from "../../src/components/model/forward.js";
import {countPairs} from "../../src/components/ops/countedLogits.js";
import {backendNames, useBackend} from "../backends.js";
import {cases} from "../fixtures/model.js";
import {int32, toParameters} from "./passes.js";

describe.each(backendNames)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it.each([
    ["mlp", 3],
    ["mlp with swiGlu and dropout", 2],
    ["neuralBigram", 1],
    ["bigram", 1]
  ])("%s: a token reaches the next %d positions, exactly, and no other", async (name, window) => {
    const {config, ids, parameters: stored} = cases[name]!;
    const parameters = toParameters(stored);
    const logits = async (row: number[]) =>
      ((await forward({config, parameters}, int32([row])).array()) as number[][][])[0]!;
    const row = ids[0]!;
    const before = await logits(row);
    for (let changed = 0; changed < row.length; changed++) {
      const after = await logits(row.with(changed, (row[changed]! + 3) % config.vocabSize));
      const differing = before.flatMap((scores, t) => (scores.some((x, v) => x !== after[t]![v]) ? [t] : []));
      const reached = row.flatMap((_, t) => (t >= changed && t < changed + window ? [t] : []));
      expect(differing).toEqual(reached);
    }
  });

  it("bigram: gives the smoothed shares of what was counted", async () => {
    const {config} = cases.bigram!;
    const smoothed = {...config, smoothing: 0.5};
    const counts = countPairs(int32([[1, 2, 1, 2, 1, 5]]), int32([[2, 1, 2, 1, 3, -1]]), config.vocabSize);
    const logits = forward({config: smoothed, parameters: {"bigram.counts": counts}}, int32([[1, 5]]));
    const [afterOne, afterFive] = ((await tf.softmax(logits).array()) as number[][][])[0]!;
    // 1 was followed by 2 twice and by 3 once, of eleven tokens that each count half more; 5 was never followed.
    const total = 3 + 11 * 0.5;
    afterOne!.forEach((share, v) => {
      expect(share).toBeCloseTo((v === 2 ? 2.5 : v === 3 ? 1.5 : 0.5) / total, 6);
    });
    for (const share of afterFive!) expect(share).toBeCloseTo(1 / 11, 6);
  });
});
