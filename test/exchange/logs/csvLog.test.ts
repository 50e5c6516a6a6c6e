import {expect, test} from "vitest";
import {csvLog} from "../../../src/components/exchange/logs/csvLog.js";
import {logged} from "./logs.js";

test("a line for each step, by RFC 4180, with every digit and nothing made up", () => {
  const epoch = 16 / logged.corpus.counts.train;
  expect(csvLog(logged).split("\r\n")).toEqual([
    "step,epoch,train loss,validation loss,learning rate,gradient norm,seconds",
    "0,0,,2.0794415416798357,,,",
    `1,${epoch},2.0625,,0.001,,`,
    `2,${2 * epoch},1.5,1.25,0.002,0.125,0.75`,
    ""
  ]);
});

test("what means nothing is empty: epochs of one batch, the rate of a model that counts", () => {
  const trainConfig = {...logged.trainConfig, overfitOneBatch: true};
  const modelConfig = {...logged.modelConfig, architecture: "bigram" as const};
  expect(csvLog({...logged, trainConfig, modelConfig}).split("\r\n")[3]).toBe("2,,1.5,1.25,,,0.75");
});

test("a run without a step has a line of names", () => {
  expect(csvLog({...logged, history: []}).split("\r\n")).toEqual([expect.stringMatching(/^step,epoch/), ""]);
});
