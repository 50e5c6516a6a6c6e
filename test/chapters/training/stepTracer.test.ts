import {beforeAll, expect, it} from "vitest";
import {startNodeBackend} from "../../../src/cli/nodeBackends.js";
import {
  movesOf,
  STAGES,
  stageNumbers,
  stageSentences
} from "../../../src/components/chapters/training/loopStages.js";
import {StepTracer} from "../../../src/components/chapters/training/stepTracer.js";

beforeAll(() => startNodeBackend("cpu"));

it("reads off a step what its formulas say", async () => {
  const tracer = await StepTracer.start();
  const traces = [await tracer.step(), await tracer.step(), await tracer.step()];
  tracer.dispose();
  for (const [i, trace] of traces.entries()) {
    expect(trace.step).toBe(i + 1);
    const probabilities = trace.probabilities.flat();
    const mean = probabilities.reduce((sum, p) => sum - Math.log(p), 0) / probabilities.length;
    expect(trace.loss).toBeCloseTo(mean, 3);
    expect(trace.lossAfter).toBeLessThan(trace.loss);
    expect(trace.factor).toBeCloseTo(Math.min(1, trace.clipNorm / trace.norm), 4);
    // Each target is the input after it.
    trace.inputs.forEach((row, b) => {
      expect(trace.targets[b]!.slice(0, -1)).toEqual(row.slice(1));
    });
    for (const number of trace.watched) {
      const {taken, decay} = movesOf(trace, number);
      expect(number.after - number.before).toBeCloseTo(taken + decay, 6);
      const {beta1, beta2} = trace.settings;
      const [m0, m1] = number.firstMoment;
      const [v0, v1] = number.secondMoment;
      expect(m1).toBeCloseTo(beta1 * m0 + (1 - beta1) * number.clipped, 7);
      expect(v1).toBeCloseTo(beta2 * v0 + (1 - beta2) * number.clipped ** 2, 7);
    }
  }
  // A number goes on from where the last step left it, and so do its means.
  const [first, second] = traces.map(({watched}) => watched[0]!);
  expect(second!.before).toBe(first!.after);
  expect(second!.firstMoment[0]).toBe(first!.firstMoment[1]);
});

it("repeats itself, so that the reader's first step is the recorded one", async () => {
  const traces = [];
  for (let i = 0; i < 2; i++) {
    const tracer = await StepTracer.start();
    traces.push(await tracer.step());
    tracer.dispose();
  }
  expect(traces[0]).toEqual(traces[1]);
  for (const {key} of STAGES) expect(stageSentences[key](traces[0]!)).not.toMatch(/NaN|undefined|\$\{/);
  expect(Object.keys(stageNumbers)).toEqual(STAGES.map(({key}) => key));
});
