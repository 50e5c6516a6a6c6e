import {expect, it} from "vitest";
import {benchSettings, combinations, RECORDED} from "../../src/components/chapters/block/bench.js";
import {emptyRun, record} from "../../src/components/chapters/block/gradientRun.js";
import {chooseCorpus} from "../../src/components/corpus/chooseCorpus.js";
import {Laboratory} from "../../src/components/experiment/laboratory.js";
import {deviceLimits} from "../../src/components/webgpu/deviceLimits.js";
import {useBackend} from "../backends.js";

/** The chapter on the block says: without residuals twelve blocks learn little more than which tokens are common. */
it("learns with residuals and Pre-LN, and hardly without residuals", async () => {
  const {corpus} = await chooseCorpus(undefined, 128);
  const counts = new Map<number, number>();
  for (const id of corpus.train) counts.set(id, (counts.get(id) ?? 0) + 1);
  let frequencyLoss = 0;
  for (const count of counts.values()) {
    const share = count / corpus.train.length;
    frequencyLoss -= share * Math.log(share);
  }
  const [pre, , plain] = combinations("layerNorm");
  const losses: number[] = [];
  for (const combination of [pre!, plain!]) {
    const bench = {...RECORDED, steps: 480};
    let run = emptyRun(combination, bench, true);
    const laboratory = new Laboratory({
      post: (report) => {
        if (report.type === "failed") throw new Error(report.message);
        run = record(run, report);
      },
      startBackend: async () => {
        await useBackend("wasm");
        return "wasm";
      },
      deviceLimits,
      loadCorpus: async () => corpus,
      yieldToOthers: async () => {},
      now: () => performance.now()
    });
    const settings = benchSettings(combination, bench, {kind: "text", name: "", text: ""});
    await laboratory.handle({type: "run", id: 1, settings});
    losses.push(run.validation.at(-1)!.loss);
  }
  console.log(
    `Guessing by frequency ${frequencyLoss.toFixed(3)}; Pre-LN with and without residuals: ${losses}`
  );
  expect(losses[0]).toBeLessThan(frequencyLoss - 0.3);
  expect(losses[1]).toBeGreaterThan(frequencyLoss - 0.05);
});
