import {beforeAll, expect, it} from "vitest";
import {ProgressLine} from "../../src/cli/progressLine.js";
import {trainInTerminal} from "../../src/cli/trainInTerminal.js";
import {modelConfig} from "../../src/components/model/config.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import {Trainer} from "../../src/components/training/trainer.js";
import {useBackend} from "../backends.js";
import {tinyCorpus} from "../training/corpus.js";

beforeAll(() => useBackend("wasm"));

const STEPS = 50;

function begin(): {trainer: Trainer; line: ProgressLine; written: string[]} {
  const corpus = tinyCorpus();
  const model = modelConfig({nLayer: 1, nHead: 1, nEmbd: 4, nInner: 4, blockSize: 4, vocabSize: 8});
  const train = {
    ...presets.toy.train,
    ...{batchSize: 1, steps: STEPS, warmupSteps: 1, evalInterval: 25, evalBatches: 1}
  };
  const trainer = new Trainer(newRun(model, train, corpus.meta), corpus, "wasm");
  const written: string[] = [];
  const stream = {isTTY: true, write: (text: string) => written.push(text)} as never;
  return {trainer, line: new ProgressLine(STEPS, stream), written};
}

it("trains to the end and tells the line and the hooks of every step and estimate", async () => {
  const {trainer, line, written} = begin();
  const steps: number[] = [];
  const estimates: number[] = [];
  const end = await trainInTerminal(trainer, {
    line,
    onStep: ({step}) => void steps.push(step),
    onEvaluation: (step) => void estimates.push(step)
  });
  expect([end, trainer.step]).toEqual(["complete", STEPS]);
  expect(trainer.seconds).toBeGreaterThan(0);
  expect(steps).toEqual(Array.from({length: STEPS}, (_, i) => i + 1));
  expect(estimates).toEqual([0, 25, 50]);
  expect(written.at(-2)).toMatch(/step 50 of 50, loss \d\.\d{4}, validation \d\.\d{4}/);
  expect(written.at(-1)).toBe("\n");
  trainer.dispose();
});

it("pauses at its signal, and ends its line where a hook fails", async () => {
  const {trainer, line, written} = begin();
  const interruption = new AbortController();
  const stop = ({step}: {step: number}) => void (step === 3 && interruption.abort());
  expect(await trainInTerminal(trainer, {line, signal: interruption.signal, onStep: stop})).toBe("paused");
  expect(trainer.step).toBeLessThan(25); // some steps were in flight
  written.length = 0;
  const onEvaluation = () => Promise.reject(new Error("the disk is full"));
  await expect(trainInTerminal(trainer, {line, onEvaluation})).rejects.toThrow("the disk is full");
  expect(written.at(-1)).toBe("\n");
  trainer.dispose();
});
